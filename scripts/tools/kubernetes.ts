/** One Kubernetes minor whose schemas are checked, and the kustomize that its kubectl embeds. */
export interface Minor {
  /** The newest patch that the Go module proxy serves. */
  version: string;
  /** Checksum of the module k8s.io/kubernetes at that version, as the checksum database has it. */
  sum: string;
  /** `require sigs.k8s.io/kustomize/kustomize/v5` in that module's go.mod. */
  kustomize: 'kustomize-5.5' | 'kustomize-5.8';
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
    kustomize: 'kustomize-5.8',
  },
} satisfies Record<string, Minor>;

export type MinorName = keyof typeof minors;
