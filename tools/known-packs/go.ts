import { goToolchain } from '../setup/go.mjs';
import { run } from './command';

/** Builds a program into a folder, on one core: it takes minutes, and somebody may be working here. */
export async function built(
  program: { readonly module: string; readonly main: string; readonly version: string },
  folder: string,
  more: NodeJS.ProcessEnv = {},
): Promise<void> {
  const env = { ...process.env, GOBIN: folder, GOFLAGS: '-p=1', ...more };
  await run(await goToolchain(), ['install', `${program.module}/${program.main}@${program.version}`], env);
}

/** Where the source of a module lies. */
export async function sourceOf(module: string, version: string): Promise<string> {
  const said = await run(await goToolchain(), ['mod', 'download', '-json', `${module}@${version}`]);
  return (JSON.parse(said) as { readonly Dir: string }).Dir;
}
