import * as fs from 'node:fs';
import type { Readable } from 'node:stream';
import { AgenteError } from '../../recovery/errors';
import { fewestRecipients, recipientForm } from '../../recovery/recipients';
import { filter, type FilterFailure } from '../programs/filter';
import type { Encryption } from './encryption';

/** age (age-encryption.org/v1): X25519 recipients, and every 64 KiB authenticated. */
export class Age implements Encryption {
  readonly method = 'age';

  /**
   * @param recipients public keys, `age1…`; none where recovery points are only opened.
   * @param identityFile the private key; null on a host that only takes backups.
   * @throws AgenteError config-invalid for fewer than two recipients, the same one twice, or what is not one.
   */
  constructor(
    readonly recipients: readonly string[],
    private readonly identityFile: string | null,
  ) {
    const wrong = recipients.find((recipient) => !recipientForm.test(recipient));
    if (wrong !== undefined) throw invalid(`recipient ${JSON.stringify(wrong.slice(0, 12))}… is not an age1… key`);
    if (recipients.length === 0 && identityFile !== null) return;
    if (new Set(recipients).size < fewestRecipients) {
      throw invalid(
        `${String(new Set(recipients).size)} recipient(s), at least ${String(fewestRecipients)} are needed`,
      );
    }
  }

  get canOpen(): boolean {
    return this.identityFile !== null;
  }

  seal(content: Readable, signal?: AbortSignal): Readable {
    if (this.recipients.length === 0) throw invalid('there is no recipient to seal for');
    return filter(
      'age',
      this.recipients.flatMap((recipient) => ['-r', recipient]),
      content,
      { signal },
    );
  }

  open(content: Readable, signal?: AbortSignal): Readable {
    return filter('age', ['-d', '-i', this.identity()], content, { signal, failure });
  }

  private identity(): string {
    const file = this.identityFile;
    if (file !== null && fs.existsSync(file)) return file;
    throw new AgenteError(
      'key-missing',
      file === null ? 'there is no age identity to open recovery points with' : `the age identity ${file} is not there`,
      'Name the file of the private key: --identity FILE, or `identity` in the settings.',
    );
  }
}

const failure: FilterFailure = ({ stderr }) => {
  const said = stderr.trim().split('\n').at(0) ?? '';
  return /no identity matched|incorrect identity|malformed secret key|no secret keys/i.test(stderr)
    ? new AgenteError(
        'key-wrong',
        `this age identity does not open it: ${said}`,
        'Use the identity of one of its recipients.',
      )
    : new AgenteError('restore-damaged', `age: ${said}`, 'Restore from another recovery point.');
};

function invalid(fact: string): AgenteError {
  return new AgenteError(
    'config-invalid',
    `encryption: ${fact}`,
    'Make key pairs with age-keygen; name both public keys; keep one private key offline.',
  );
}
