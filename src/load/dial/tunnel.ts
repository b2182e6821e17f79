import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { LoadJob } from '../job/job.ts';
import { headerFields } from '../job/request-headers.ts';

const mostHeadBytes = 64 * 1024;

/** The bytes of a connection through an HTTP proxy (RFC 9110, 9.3.6). What is written before the proxy has agreed waits for it. */
export class Tunnel extends Duplex {
  private readonly socket: Socket;
  private head = '';
  private isOpen = false;
  private waiting: (() => void) | undefined;

  constructor(proxy: { readonly host: string; readonly port: number }, tunnel: NonNullable<LoadJob['tunnel']>) {
    super();
    this.socket = connect({ ...proxy, noDelay: true });
    this.socket.on('connect', () => this.socket.write(connectText(tunnel), 'latin1'));
    this.socket.on('data', (chunk) => {
      if (!this.isOpen) this.readHead(chunk);
      else if (!this.push(chunk)) this.socket.pause();
    });
    this.socket.on('end', () => {
      if (this.isOpen) this.push(null);
      else this.destroy(new Error('the proxy closed the connection'));
    });
    this.socket.on('error', (error) => this.destroy(error));
    this.socket.on('close', () => this.destroy());
  }

  override _read(): void {
    this.socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const write = () => void this.socket.write(chunk, done);
    if (this.isOpen) write();
    else this.waiting = write;
  }

  override _final(done: () => void): void {
    this.socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.socket.destroy();
    done(error);
  }

  private readHead(chunk: Buffer): void {
    this.head += chunk.toString('latin1');
    const end = this.head.indexOf('\r\n\r\n');
    if (end < 0) {
      if (this.head.length > mostHeadBytes) this.destroy(new Error('the proxy sent a head of over 64 KiB'));
      return;
    }
    const status = /^HTTP\/1\.\d (\d{3})/.exec(this.head)?.[1];
    if (status === undefined) this.destroy(new Error('the proxy does not speak HTTP/1.1'));
    else if (!status.startsWith('2')) this.destroy(new Error(`the proxy refused the connection: ${status}`));
    else {
      this.isOpen = true;
      const rest = this.head.slice(end + 4);
      this.head = '';
      if (rest !== '') this.push(Buffer.from(rest, 'latin1'));
      this.waiting?.();
      this.waiting = undefined;
    }
  }
}

const connectText = ({ authority, headers }: NonNullable<LoadJob['tunnel']>): string => {
  const fields = [['Host', authority], ...headerFields(headers)].map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`CONNECT ${authority} HTTP/1.1\r\n${fields.join('')}\r\n`).toString('latin1');
};
