import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

export interface AwsCredentials {
  readonly keyId: string;
  readonly secret: string;
  readonly token: string | null;
}

/** What the SDK would find in the environment or the shared file; a program that reads neither is told so. */
export function awsCredentials(env: NodeJS.ProcessEnv = process.env): AwsCredentials | null {
  const { AWS_ACCESS_KEY_ID: keyId, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = env;
  if (keyId !== undefined && secret !== undefined) return { keyId, secret, token: token ?? null };
  const file = env['AWS_SHARED_CREDENTIALS_FILE'] ?? path.join(env['HOME'] ?? os.homedir(), '.aws', 'credentials');
  if (!fs.existsSync(file)) return null;
  return readProfile(fs.readFileSync(file, 'utf8'), env['AWS_PROFILE'] ?? 'default');
}

function readProfile(content: string, profile: string): AwsCredentials | null {
  let inside = false;
  const values = new Map<string, string>();
  for (const line of content.split('\n')) {
    const [, section] = /^\s*\[\s*(.*?)\s*\]/.exec(line) ?? [];
    if (section !== undefined) inside = section === profile;
    const [, name, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (inside && name !== undefined && value !== undefined) values.set(name, value);
  }
  const [keyId, secret] = [values.get('aws_access_key_id'), values.get('aws_secret_access_key')];
  if (keyId === undefined || secret === undefined) return null;
  return { keyId, secret, token: values.get('aws_session_token') ?? null };
}
