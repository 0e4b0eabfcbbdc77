/**
 * Why no connection with TLS came about, in words for a person. Node's own words are within the details of UNAVAILABLE;
 * where the other end just hangs up there are none, and what is likely is said.
 */

/** What follows the name of the server in a sentence. */
const reasons: ReadonlyArray<readonly [RegExp, string]> = [
  [
    /unable to verify|self-signed certificate|unable to get (?:local )?issuer/,
    'shows a certificate of an authority that is not known here',
  ],
  [/certificate has expired/, 'shows a certificate that has expired'],
  [/certificate is not yet valid/, 'shows a certificate that is not valid yet'],
  [/ERR_TLS_CERT_ALTNAME_INVALID/, 'shows a certificate of another name'],
  [/wrong version number|packet length too long/, 'does not speak TLS'],
  [/alert certificate required/, 'asks for a client certificate'],
  [
    /alert (?:bad certificate|unknown ca|certificate (?:expired|revoked|unknown)|unsupported certificate)/,
    'does not trust the client certificate that is shown to it',
  ],
  [/alert handshake failure|alert protocol version/, 'and this program have no kind of TLS in common'],
];

const hungUp = /No connection established\. Last error: (?:Error: )?(?:Failed to connect|Socket closed)/;

/**
 * @param details of a call that ended with UNAVAILABLE
 * @param isEncrypted whether we spoke TLS; undefined = it is not known here
 * @returns undefined where it was something else
 */
export function tlsFailure(details: string, isEncrypted?: boolean): string | undefined {
  if (!details.startsWith('No connection established')) return undefined;
  const found = reasons.find(([pattern]) => pattern.test(details));
  if (found) return `${found[1]}${namesIn(details)}`;
  if (!hungUp.test(details)) return undefined;
  if (isEncrypted === undefined)
    return 'hangs up at once; it may ask for TLS, or for another client certificate';
  return isEncrypted
    ? 'hangs up during the TLS handshake; it may ask for another client certificate'
    : 'hangs up at once; it may ask for TLS';
}

/** What the certificate is for, and what it should be. */
function namesIn(details: string): string {
  const [, names] = /altnames: (.+?)\. Resolution note/.exec(details) ?? [];
  return names === undefined ? '' : ` (${names})`;
}
