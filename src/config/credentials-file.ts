/**
 * The file GRPC_CREDENTIALS: who may call, with what, as what, until when. JSON, so that a Secret can hold it as it is.
 *
 * No token stands in it, only the SHA-256 of one: whoever reads the file cannot call. Tokens are long and random
 * (`ottoscaler credential` draws 256 bits), so that a fast hash is enough.
 */
import { z } from 'zod';
import { messageOf } from '../error-message.ts';

/** What a caller may do: look; look and command, as otto-handler does; that and what people at the inspector do. */
const roles = ['viewer', 'handler', 'operator'] as const;
export type Role = (typeof roles)[number];

export interface Credential {
  /** For logs and refusals; unique in the file. */
  readonly name: string;
  readonly role: Role;
  /** Lower-case hexadecimal. */
  readonly tokenSha256?: string | undefined;
  /** Common name of a client certificate that GRPC_TLS_CLIENT_CA has signed. */
  readonly certificate?: string | undefined;
  /** RFC 3339; from then on it is refused. */
  readonly expires?: string | undefined;
}

const credential = z
  .strictObject({
    name: z.string().min(1, 'must not be empty').max(100, 'must have at most 100 characters'),
    role: z.enum(roles, `must be one of ${roles.join(', ')}`),
    tokenSha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits')
      .optional(),
    certificate: z.string().min(1, 'must not be empty').optional(),
    expires: z.iso
      .datetime({ offset: true, error: 'must be a time such as 2027-01-31T00:00:00Z' })
      .optional(),
  })
  .refine((one) => (one.tokenSha256 === undefined) !== (one.certificate === undefined), {
    message: 'must have either tokenSha256 or certificate',
  });

const file = z.array(credential).refine((all) => new Set(all.map(({ name }) => name)).size === all.length, {
  message: 'has a name twice',
});

/** @throws Error that names the entry, the field and the rule */
export function parseCredentials(text: string): readonly Credential[] {
  const result = file.safeParse(asJson(text));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const [index, ...field] = issue?.path ?? [];
  const where =
    typeof index === 'number' ? `entry ${index + 1}${field.map((key) => `, ${String(key)}`).join('')}: ` : '';
  throw new Error(`${where}${issue?.message}`);
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`it is no JSON: ${messageOf(error)}`, { cause: error });
  }
}
