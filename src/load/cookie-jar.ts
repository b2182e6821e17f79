/**
 * The cookies of one connection, which stands for one user: name and value, the latest wins, an empty value or `Max-Age=0`
 * forgets. Path, domain and expiry are not looked at: a load has one host and a short life.
 */
export class CookieJar {
  /** The value of the Cookie header; empty when there are none. */
  header = '';
  private readonly values = new Map<string, string>();

  take(setCookies: readonly string[]): void {
    if (setCookies.length === 0) return;
    for (const text of setCookies) {
      const [pair = '', ...attributes] = text.split(';').map((part) => part.trim());
      const equals = pair.indexOf('=');
      if (equals <= 0) continue;
      const name = pair.slice(0, equals);
      const value = pair.slice(equals + 1);
      if (value === '' || attributes.some((attribute) => /^max-age=(0|-\d+)$/i.test(attribute)))
        this.values.delete(name);
      else this.values.set(name, value);
    }
    this.header = [...this.values].map(([name, value]) => `${name}=${value}`).join('; ');
  }
}
