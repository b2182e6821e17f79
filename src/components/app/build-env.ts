/**
 * What builds need of the environment: where tools and caches are, how the network is reached, and how package managers are set up.
 * The list names what passes; a cloud's keys and a registry's tokens are no business of a candidate's build steps.
 */
const passed = [
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|TZ|TMPDIR|JAVA_HOME|CC|CXX|CFLAGS|CXXFLAGS|LDFLAGS|MAKEFLAGS)$/,
  /^LC_[A-Z]+$/,
  /^XDG_(CACHE|CONFIG|DATA)_HOME$/,
  /^(HTTP|HTTPS|ALL|NO|FTP)_PROXY$/i,
  /^(SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|NODE_EXTRA_CA_CERTS)$/,
  /^(npm_config_|NPM_CONFIG_|PIP_|UV_|CARGO_|RUSTUP_|RUST|GO|MAVEN_|GRADLE_|PKG_CONFIG_)/,
];

/** The value of a setting that has one of these in its name is a secret, or may hold one. */
const secret = /TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|AUTH|PRIVATE|API_?KEY|ACCESS_?KEY/i;

/** The part of an environment that build steps get. */
export const buildEnvironment = (
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> => {
  const chosen: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && passed.some((pattern) => pattern.test(name)) && !secret.test(name)) chosen[name] = value;
  }
  return chosen;
};
