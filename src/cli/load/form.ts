import { PitwallError } from '../../base/index.ts';

/** A form as a request body. */
export interface FormBody {
  readonly body: Buffer;
  /** With the boundary of its parts. */
  readonly type: string;
}

/**
 * Builds a form (RFC 7578) of parts as curl's -F has them: `name=value`, `name=@file` (with its name), `name=<file` (its content
 * alone), each with `;type=` and `;filename=`. Throws `load.invalid`.
 */
export const buildForm = async (
  parts: readonly string[],
  read: (path: string) => Promise<Buffer>,
): Promise<FormBody> => {
  const form = new FormData();
  for (const part of parts) {
    const { name, value, type, filename } = parsePart(part);
    const path = /^[@<]/.test(value) ? value.slice(1) : undefined;
    const content = path === undefined ? value : await read(path);
    const fileName = filename ?? (value.startsWith('@') ? path!.replace(/^.*\//, '') : undefined);
    if (fileName === undefined && type === undefined) form.append(name, content.toString());
    else form.append(name, new Blob([content], { type: type ?? 'application/octet-stream' }), fileName ?? name);
  }
  const encoded = new Response(form);
  return { body: Buffer.from(await encoded.arrayBuffer()), type: encoded.headers.get('content-type')! };
};

const parsePart = (text: string) => {
  const groups = /^([^=]+)=(.*?)((?:;\s*(?:type|filename)=[^;]*)*)$/s.exec(text);
  if (groups === null)
    throw new PitwallError('load.invalid', `"${text}" is not a form field such as name=value or file=@path.`);
  const [, name = '', value = '', options = ''] = groups;
  const find = (key: string): string | undefined => new RegExp(`;\\s*${key}=([^;]*)`).exec(options)?.[1]?.trim();
  return { name, value, type: find('type'), filename: find('filename') };
};
