/** As browsers have them (RFC 6265, 6.1): a longer cookie is not kept, and of too many the oldest goes. */
const mostCookieBytes = 4096;
/** Servers take no longer head; and a thousand users keep a thousand jars. */
const mostJarBytes = 8192;

/**
 * The cookies of one connection, which stands for one user: name and value, the latest wins, an empty value or `Max-Age=0`
 * forgets. Path, domain and expiry are not looked at: a load has one host and a short life.
 */
export class CookieJar {
  /** The value of the Cookie header; empty when there are none. */
  header = '';
  private readonly values = new Map<string, string>();
  private bytes = 0;

  take(setCookies: readonly string[]): void {
    if (setCookies.length === 0) return;
    for (const text of setCookies) {
      const [pair = '', ...attributes] = text.split(';', 64).map((part) => part.trim());
      const equals = pair.indexOf('=');
      if (equals <= 0 || pair.length > mostCookieBytes) continue;
      const name = pair.slice(0, equals);
      const value = pair.slice(equals + 1);
      if (value === '' || attributes.some((attribute) => /^max-age=(0|-\d+)$/i.test(attribute))) this.forget(name);
      else this.keep(name, value);
    }
    this.header = [...this.values].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  private keep(name: string, value: string): void {
    const before = this.values.get(name);
    // The place of a cookie that is kept already stays; a copy lets go of the head that it was cut from.
    if (before !== undefined) this.bytes -= before.length;
    else this.bytes += name.length + '=; '.length;
    this.values.set(before === undefined ? findCopy(name) : name, findCopy(value));
    this.bytes += value.length;
    for (const oldest of this.values.keys()) {
      if (this.bytes <= mostJarBytes) break;
      this.forget(oldest);
    }
  }

  private forget(name: string): void {
    const value = this.values.get(name);
    if (value === undefined) return;
    this.values.delete(name);
    this.bytes -= name.length + value.length + '=; '.length;
  }
}

const findCopy = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');
