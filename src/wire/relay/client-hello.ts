/** What a TLS ClientHello offers, as far as the tap mirrors it (RFC 8446, 4.1.2). Groups are IANA numbers. */
export interface ClientHello {
  /** The key exchange groups that the client knows; undefined when it does not say. */
  readonly groups: readonly number[] | undefined;
  /**
   * The groups for which it brings a key share; undefined when it brings none, as before TLS 1.3. A server that wants
   * another group asks again (HelloRetryRequest), which costs the client a round trip more.
   */
  readonly keyShares: readonly number[] | undefined;
  /** Whether it names application protocols (ALPN). */
  readonly hasAlpn: boolean;
}

/** Reads the record that a ClientHello begins in; what can't be read counts as not offered. */
export const parseClientHello = (record: Buffer): ClientHello => {
  const offered: { -readonly [key in keyof ClientHello]: ClientHello[key] } = {
    groups: undefined,
    keyShares: undefined,
    hasAlpn: false,
  };
  try {
    // Record header 5, handshake header 4, version 2, random 32.
    let at = 43;
    at += 1 + record.readUInt8(at); // session id
    at += 2 + record.readUInt16BE(at); // cipher suites
    at += 1 + record.readUInt8(at); // compression methods
    const end = at + 2 + record.readUInt16BE(at);
    at += 2;
    while (at + 4 <= end) {
      const type = record.readUInt16BE(at);
      const length = record.readUInt16BE(at + 2);
      at += 4;
      if (type === groupsExtension) offered.groups = readNumbers(record.subarray(at + 2, at + length));
      else if (type === keyShareExtension) offered.keyShares = readShares(record.subarray(at + 2, at + length));
      else if (type === alpnExtension) offered.hasAlpn = true;
      at += length;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return offered;
};

const groupsExtension = 10;
const alpnExtension = 16;
const keyShareExtension = 51;

const readNumbers = (list: Buffer): number[] => {
  const numbers: number[] = [];
  for (let at = 0; at + 2 <= list.length; at += 2) numbers.push(list.readUInt16BE(at));
  return numbers;
};
const readShares = (shares: Buffer): number[] => {
  const groups: number[] = [];
  for (let at = 0; at + 4 <= shares.length; at += 4 + shares.readUInt16BE(at + 2)) groups.push(shares.readUInt16BE(at));
  return groups;
};

/** IANA numbers of the groups, by the names that OpenSSL gives them. */
export const groupNumbers: Readonly<Record<string, number>> = {
  prime256v1: 23,
  secp384r1: 24,
  secp521r1: 25,
  X25519: 29,
  X448: 30,
};
