import { AgenteError } from '../../../recovery/errors';
import { run } from '../../programs/run';

/** Which state of the configuration these secrets belong to. */
export interface PinnedCommit {
  readonly commit: string;
  /** True when files differ from the commit: then the commit alone does not bring them back. */
  readonly dirty: boolean;
}

/** @throws AgenteError config-invalid when the folder is no checkout. */
export async function pinnedCommit(checkout: string, signal: AbortSignal): Promise<PinnedCommit> {
  // The checkout may belong to another user than the one who takes backups.
  const git = (...args: string[]) =>
    run('git', ['-c', `safe.directory=${checkout}`, '-C', checkout, ...args], { signal });
  try {
    const { stdout: commit } = await git('rev-parse', '--verify', 'HEAD');
    const { stdout: changes } = await git('status', '--porcelain');
    return { commit: commit.trim(), dirty: changes.trim() !== '' };
  } catch (error) {
    if (!(error instanceof AgenteError) || error.code !== 'tool-failed') throw error;
    const hint = 'Correct checkout in the settings, or set it to null.';
    throw new AgenteError('config-invalid', `${checkout} is no checkout with a commit: ${error.message}`, hint);
  }
}
