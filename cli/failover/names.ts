import { promises as dns } from 'node:dns';
import { duration } from '../../recovery/duration';

const patience = duration('1s');

/**
 * Addresses of a name, asked anew each time: an answer that somebody has kept would show the region
 * that is lost. AGENTE_DR_RESOLVER (`address:port`) names another name server than the system's.
 */
export class Names {
  private readonly resolver = new dns.Resolver({ timeout: patience.ms, tries: 2 });

  constructor(server: string = process.env['AGENTE_DR_RESOLVER'] ?? '') {
    if (server !== '') this.resolver.setServers([server]);
  }

  /** Empty when the name has no address or nobody answers. */
  async addresses(name: string): Promise<readonly string[]> {
    try {
      return await this.resolver.resolve4(name);
    } catch {
      return [];
    }
  }
}
