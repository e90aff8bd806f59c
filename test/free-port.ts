import { freePorts } from '../local/supervisor/ports';

/** A port of this machine that nobody listens on, and that no outgoing connection takes meanwhile. */
export const freePort = (): Promise<number> => freePorts(['127.0.0.1']);
