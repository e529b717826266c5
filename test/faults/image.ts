import type { Fault } from './fault.ts';

const check = 'test/image.test.ts';

export const faults: Fault[] = [
  {
    id: 'image-that-knows-the-time',
    file: 'scripts/image/archive.ts',
    find: 'created: epoch',
    replace: 'created: new Date().toISOString()',
    check,
    only: 'same bytes',
    says: '✖ the image is the same bytes',
  },
  {
    id: 'image-that-knows-who-built-it',
    file: 'scripts/image/archive.ts',
    find: "'--mode=u=rwX,go=rX'",
    replace: "'--mode=u=rwX'",
    check,
    only: 'same bytes',
    says: '✖ the image is the same bytes',
  },
  {
    id: 'image-that-root-runs',
    file: 'scripts/image/root.ts',
    find: 'export const user = 65532',
    replace: 'export const user = 0',
    check,
    only: 'nothing else',
    says: "'0:0'",
  },
  {
    id: 'image-with-more-than-it-runs',
    file: 'scripts/image/root.ts',
    find: "copyAll(['LICENSE'], to)",
    replace: "copyAll(['LICENSE', 'manifests'], to)",
    check,
    only: 'nothing else',
    says: 'app/manifests',
  },
  {
    id: 'image-without-a-library',
    file: 'scripts/image/libraries.ts',
    find: "files: ['usr/lib/x86_64-linux-gnu/libstdc++.so.6']",
    replace: 'files: []',
    check,
    only: 'the gate of the image',
    says: 'libstdc++.so.6',
  },
  {
    id: 'settings-that-name-an-older-image',
    file: 'manifests/settings/settings.yaml',
    find: 'gate:\n    image: registry.example.com/mcp-security-framework@sha256:',
    replace: 'gate:\n    image: registry.example.com/mcp-security-framework@sha256:0',
    check,
    only: 'settings name',
    says: 'npm run image -- --record',
  },
];
