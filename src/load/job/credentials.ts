import { PitwallError } from '../../base/index.ts';

/** The value of an Authorization field for `user:password`; without a colon the password is empty. Throws `load.invalid`. */
export const basicAuthorization = (userAndPassword: string): string => {
  const text = userAndPassword.includes(':') ? userAndPassword : `${userAndPassword}:`;
  if (/\p{Cc}/u.test(text))
    throw new PitwallError('load.invalid', 'Credentials have no control characters (RFC 7617).');
  return `Basic ${Buffer.from(text, 'utf8').toString('base64')}`;
};

/** The credentials that stand in a URL, as `user:password`; undefined where there are none. Throws `load.invalid`. */
export const readCredentials = ({ username, password }: URL): string | undefined => {
  if (username === '' && password === '') return undefined;
  const user = decoded(username);
  // The first colon would end the name.
  if (user.includes(':'))
    throw new PitwallError('load.invalid', `A user name has no colon (RFC 7617), unlike "${user}".`);
  return `${user}:${decoded(password)}`;
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new PitwallError('load.invalid', `The credentials in the URL are not UTF-8, percent-encoded.`, {
      cause: error,
    });
  }
};
