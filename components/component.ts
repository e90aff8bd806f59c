import * as pulumi from '@pulumi/pulumi';

/** What a component may be told from outside; its children take the provider from it. */
export type ComponentOptions = Pick<
  pulumi.ComponentResourceOptions,
  'provider' | 'providers' | 'parent' | 'dependsOn' | 'protect'
>;

/**
 * Base of everything this project deploys: the type token, the names of children, and nothing else.
 * Tokens are `agente-dr:index:Name` from the first day, because a changed token replaces every child.
 */
export abstract class Component extends pulumi.ComponentResource {
  protected constructor(
    kind: string,
    /** Logical name, also the prefix of every child's. */
    readonly label: string,
    options: ComponentOptions,
  ) {
    super(`agente-dr:index:${kind}`, label, {}, options);
  }

  /** Logical name of a child: the component's own, then what the child is. */
  childName(what: string): string {
    return `${this.label}-${what}`;
  }

  /** Options of a child. It has no provider of its own: the region of a site is decided in one place. */
  child(options: Omit<pulumi.CustomResourceOptions, 'parent' | 'provider'> = {}): pulumi.CustomResourceOptions {
    return { ...options, parent: this };
  }

  /** The name that consoles show where AWS knows no other. */
  nameTag(what?: string): { Name: string } {
    return { Name: `agente-dr-${what === undefined ? this.label : this.childName(what)}` };
  }
}
