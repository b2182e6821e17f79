/**
 * The key exchange groups for which a TLS ClientHello record brings a key share (RFC 8446, 4.2.8), by their
 * IANA numbers; undefined when it brings none, as before TLS 1.3. A server that wants another group asks again
 * (HelloRetryRequest), which costs the client a wait more.
 */
export const keyShareGroups = (record: Buffer): readonly number[] | undefined => {
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
      if (type === keyShareExtension) return groupsOf(record.subarray(at + 2, at + length));
      at += length;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
};

const keyShareExtension = 51;

const groupsOf = (shares: Buffer): number[] => {
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
