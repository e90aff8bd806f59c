import type { Condition } from './conditions';

/** What the official provider does with the properties of one type, as far as plans and state show it. */
export interface TypeRow {
  /** Resource of the Terraform provider 6.x whose argument reference says so (registry.terraform.io/providers/hashicorp/aws). */
  readonly source: string;
  /** Properties whose change makes a new resource. Everything else is changed in place. */
  readonly forceNew: readonly string[];
  /** Optional and computed: taking them out of the program changes nothing. */
  readonly optionalComputed: readonly string[];
  /** Known after the create only. */
  readonly computed: readonly string[];
  /** Outputs that are new after any change. */
  readonly recomputed: readonly string[];
  /** Inputs that say a wish only: what there really is comes from the region (the port of a server here). */
  readonly assigned: readonly string[];
  /** Used, and never kept in the state. */
  readonly writeOnly: readonly string[];
  /** Marked as secret in the state. */
  readonly secret: readonly string[];
  /** Compared as JSON documents. */
  readonly documents: readonly string[];
  /** Paths of lists whose order means something; any other list is a set. */
  readonly ordered: readonly string[];
  /** Properties whose change makes a new resource under a condition only. */
  readonly replacesWhen: Readonly<Record<string, Condition>>;
  /** Gets a name of its own when the program gives none. */
  readonly name: { readonly property: string; readonly max: number } | null;
  /** IAM and Route 53 stand outside the regions. */
  readonly global: boolean;
}

export type TypeTable = Readonly<Record<string, TypeRow>>;

interface RowText {
  readonly source: string;
  readonly forceNew?: string;
  readonly optionalComputed?: string;
  readonly computed?: string;
  readonly recomputed?: string;
  readonly assigned?: string;
  readonly writeOnly?: string;
  readonly secret?: string;
  readonly documents?: string;
  readonly ordered?: string;
  readonly replacesWhen?: Readonly<Record<string, Condition>>;
  readonly name?: readonly [property: string, max: number];
  readonly global?: true;
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}

/** A row with its lists written as words: forty-five of them must fit on a screen or two. */
export function row(text: RowText): TypeRow {
  const global = text.global === true;
  return {
    source: text.source,
    // Since 7.0 every regional resource has a region of its own, and cannot move.
    forceNew: [...words(text.forceNew), ...(global ? [] : ['region'])],
    optionalComputed: [...words(text.optionalComputed), ...(global ? [] : ['region'])],
    computed: words(text.computed),
    recomputed: words(text.recomputed),
    assigned: words(text.assigned),
    writeOnly: words(text.writeOnly),
    secret: words(text.secret),
    documents: words(text.documents),
    ordered: words(text.ordered),
    replacesWhen: text.replacesWhen ?? {},
    name: text.name === undefined ? null : { property: text.name[0], max: text.name[1] },
    global,
  };
}
