import type { AppFolder } from '../app-folder.ts';
import type { Build, Ecosystem } from './ecosystem.ts';

const isSpring = (app: AppFolder): boolean =>
  ['pom.xml', 'build.gradle', 'build.gradle.kts'].some((file) =>
    /spring-boot|springframework\.boot/.test(app.read(file)),
  );

const examine = (app: AppFolder): Build => {
  const isMaven = app.has('pom.xml');
  const wrapper = isMaven ? 'mvnw' : 'gradlew';
  const tool = app.has(wrapper) ? `./${wrapper}` : isMaven ? 'mvn' : 'gradle';
  const jar = isMaven ? 'target/*.jar' : 'build/libs/*.jar';
  const build = isMaven ? [tool, '-q', '-DskipTests', 'package'] : [tool, '-q', isSpring(app) ? 'bootJar' : 'assemble'];
  return {
    requires: ['java', ...(tool.startsWith('./') ? [] : [tool])],
    prepare: [tool.startsWith('./') ? ['sh', ...build] : build],
    // Only one of them can be started; -plain and -sources have no main class.
    start: ['sh', '-c', `exec java -jar $(ls ${jar} | grep -v -e plain -e sources -e javadoc | head -n 1)`],
    startFrom: isMaven ? 'pom.xml' : 'build.gradle',
    databaseUrl: '${database.jdbcUrl}',
    ...(isSpring(app)
      ? {
          env: {
            SERVER_PORT: '{port}',
            SPRING_DATASOURCE_URL: '${database.jdbcUrl}',
            SPRING_DATASOURCE_USERNAME: '${database.user}',
            SPRING_DATASOURCE_PASSWORD: '${database.password}',
          },
        }
      : {}),
  };
};

export const java: Ecosystem = {
  what: 'a Java app',
  language: 'java',
  signs: ['pom.xml', 'build.gradle', 'build.gradle.kts'],
  sources: /\.(java|kt|properties|ya?ml)$/,
  variables: [/\$\{([A-Z][A-Z0-9_]*)(?::[^}]*)?\}/g, /\bgetenv\(\s*"([A-Z][A-Z0-9_]*)"/g],
  examine,
};
