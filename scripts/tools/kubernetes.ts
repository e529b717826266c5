/** One Kubernetes minor whose schemas are checked, and the kustomize that its kubectl embeds. */
export interface Minor {
  /** The newest patch that the Go module proxy serves. */
  version: string;
  /** Checksum of the module k8s.io/kubernetes at that version, as the checksum database has it. */
  sum: string;
  /** What builds as its kubectl does: that kubectl, or the kustomize that its go.mod requires. */
  kustomize: 'kustomize-5.5' | 'kubectl';
}

/** The minors claimed, oldest first: manifests are built and validated with each. */
export const minors = {
  '1.32': {
    version: 'v1.32.13',
    sum: 'h1:5TGYdZ6YZqdp6h/Rp1vX/4TIoybMPdgv97LCZCtPuNQ=',
    kustomize: 'kustomize-5.5',
  },
  '1.37': {
    version: 'v1.37.2',
    sum: 'h1:A2VDEiObzkYqFTKhSsn0ZEb0RlLEXpHWj93gi2HqEwE=',
    kustomize: 'kubectl',
  },
} satisfies Record<string, Minor>;

export type MinorName = keyof typeof minors;
