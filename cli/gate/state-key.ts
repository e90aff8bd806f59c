import { parse } from 'yaml';
import { gateFinding, type GateFinding } from './finding';

interface StackFile {
  readonly secretsprovider?: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

/**
 * The key that opens the state of dr: every update asks it, also the one of the bad night.
 * @param file text of Pulumi.dr.yaml
 */
export function stateKey(file: string, urn: string): GateFinding[] {
  const { secretsprovider = '', config = {} } = parse(file) as StackFile;
  const peer = config['agente-dr:peerRegion'];
  const region = /[?&]region=([\w-]+)/.exec(secretsprovider)?.[1] ?? /arn:aws:kms:([\w-]+):/.exec(secretsprovider)?.[1];
  if (typeof peer !== 'string' || region !== peer) return [];
  return [
    gateFinding(
      'dr-gate-state',
      urn,
      `the key of dr's state is asked for in ${region}, which is the region that may be gone`,
      `awskms://alias/NAME?region=${String(config['agente-dr:region'])}`,
    ),
  ];
}
