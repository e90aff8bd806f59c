import * as messages from '@pulumi/pulumi/proto/provider_pb';
import type { Difference, DiffKind, PropertyChange } from './diff';
import type { CheckFailure } from './provider';
import type { Properties } from './values';
import { toStruct } from './wire';

type Kind = messages.PropertyDiff.Kind;

const kinds: Readonly<Record<DiffKind, readonly [inPlace: Kind, replacing: Kind]>> = {
  add: [messages.PropertyDiff.Kind.ADD, messages.PropertyDiff.Kind.ADD_REPLACE],
  delete: [messages.PropertyDiff.Kind.DELETE, messages.PropertyDiff.Kind.DELETE_REPLACE],
  update: [messages.PropertyDiff.Kind.UPDATE, messages.PropertyDiff.Kind.UPDATE_REPLACE],
};

function detail({ kind, replaces }: PropertyChange): messages.PropertyDiff {
  const diff = new messages.PropertyDiff();
  diff.setKind(kinds[kind][replaces ? 1 : 0]);
  diff.setInputdiff(true);
  return diff;
}

/** `detailedDiff` is what `pulumi preview` shows: properties by name, and which of them replace. */
export function diffResponse(difference: Difference): messages.DiffResponse {
  const { changes, deleteFirst } = difference;
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  const response = new messages.DiffResponse();
  response.setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setDiffsList(changes.map(({ property }) => property));
  response.setReplacesList(changes.filter(({ replaces }) => replaces).map(({ property }) => property));
  response.setDeletebeforereplace(deleteFirst);
  response.setHasdetaileddiff(true);
  for (const change of changes) response.getDetaileddiffMap().set(change.property, detail(change));
  return response;
}

export function checkResponse(inputs: Properties, failures: readonly CheckFailure[]) {
  const response = new messages.CheckResponse();
  response.setInputs(toStruct(inputs));
  response.setFailuresList(
    failures.map(({ property, reason }) => {
      const failure = new messages.CheckFailure();
      failure.setProperty(property);
      failure.setReason(reason);
      return failure;
    }),
  );
  return response;
}
