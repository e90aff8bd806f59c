import type { SecretFiles, SecretsManager } from '../../settings/datasets';
import type { Engine } from '../engine';
import { SecretFilesEngine } from './secret-files-engine';
import { SecretsManagerEngine } from './secrets-manager-engine';

/** Secrets in files of this machine, or in the Secrets Manager of a region. */
export const secretsEngine = (settings: SecretFiles | SecretsManager): Engine =>
  settings.kind === 'server' ? new SecretFilesEngine(settings) : new SecretsManagerEngine(settings);
