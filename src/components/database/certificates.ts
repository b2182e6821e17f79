import { isIP } from 'node:net';

/** PEM texts. */
export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
}

/** pitwall's own authority: it lives as long as the race. */
export interface CertificateAuthority {
  readonly cert: string;
  /** A server certificate for the given addresses and names. */
  issue(names: readonly string[]): Promise<ServerCertificate>;
}

const shared = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

export const createCertificateAuthority = async (): Promise<CertificateAuthority> => {
  // Loaded here: a race without certificates starts a tenth of a second sooner.
  const { generate } = await import('selfsigned');
  const authority = await generate([{ name: 'commonName', value: 'pitwall race CA' }], {
    ...shared,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return {
    cert: authority.cert,
    async issue(names) {
      const server = await generate([{ name: 'commonName', value: names[0]! }], {
        ...shared,
        ca: { key: authority.private, cert: authority.cert },
        extensions: [
          { name: 'basicConstraints', cA: false },
          { name: 'keyUsage', digitalSignature: true, critical: true },
          { name: 'extKeyUsage', serverAuth: true },
          {
            name: 'subjectAltName',
            altNames: names.map((name) => (isIP(name) ? { type: 7, ip: name } : { type: 2, value: name })),
          },
        ],
      });
      return { key: server.private, cert: server.cert };
    },
  };
};
