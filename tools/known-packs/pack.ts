/** What a pack says: one of its rules, and the resource that it is said of. */
export interface Finding {
  /** `hollow/NAME` or `sound/NAME`. */
  readonly program: string;
  readonly rule: string;
  readonly resource: string;
}

export interface Pack {
  readonly name: string;
  readonly version: string;
  /** A program, and a rule that is about its one mistake and must say so: else nothing that the pack does not say counts. */
  readonly controls: Readonly<Record<string, string>>;
  /**
   * @param own an empty folder to install things in
   * @throws Error when the pack could not read all of it
   */
  readonly scan: (programs: Programs, own: string) => Promise<readonly Finding[]>;
}

/** The Terraform of every program, each in a folder of its name, and how many resources they have together. */
export interface Programs {
  readonly folder: string;
  readonly resources: number;
}

/** Names are joined within a program only: each has names of its own, in the form that linters like. */
export const prefixOf = (index: number): string => `program${index}_`;

/** As the tools name a resource, without the prefix. */
export const resourceOf = (address: string): string => address.replace(/\bprogram\d+_/, '');

/** The program that a file belongs to. */
export function programOf(file: string): string {
  const [, program] = /((?:hollow|sound)\/[\w-]+)\/main\.tf$/.exec(file) ?? [];
  if (program === undefined) throw new Error(`${file} is no file of a program`);
  return program;
}
