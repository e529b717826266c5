import type { Fault } from './fault.ts';

const file = 'patterns/token-authentication/keycloak/mcp-realm.json';
const check = 'test/keycloak-realm.test.ts';
const live = 'test/keycloak.test.ts';

export const faults: Fault[] = [
  {
    id: 'secret-in-the-realm-file',
    file,
    find: '"${CI_DEPLOYER_SECRET}"',
    replace: '"changeme"',
    check,
    says: '✖ every secret is a variable of the environment, and nobody has a password',
  },
  {
    id: 'password-grant-of-a-workload',
    file,
    find: '"secret": "${CI_DEPLOYER_SECRET}",\n      "standardFlowEnabled": false,\n      "implicitFlowEnabled": false,\n      "directAccessGrantsEnabled": false',
    replace:
      '"secret": "${CI_DEPLOYER_SECRET}",\n      "standardFlowEnabled": false,\n      "implicitFlowEnabled": false,\n      "directAccessGrantsEnabled": true',
    check,
    says: '✖ ci-deployer has the one grant that it needs',
  },
  {
    id: 'pkce-not-asked-of-a-public-client',
    file,
    find: '"redirectUris": [\n        "http://127.0.0.1/callback",\n        "http://127.0.0.1/oauth/callback",\n        "http://localhost/oauth/callback"\n      ],\n      "attributes": {\n        "pkce.code.challenge.method": "S256",',
    replace:
      '"redirectUris": [\n        "http://127.0.0.1/callback",\n        "http://127.0.0.1/oauth/callback",\n        "http://localhost/oauth/callback"\n      ],\n      "attributes": {',
    check,
    says: '✖ mcp-terminal has the one grant that it needs',
  },
  {
    id: 'redirect-to-any-path',
    file,
    find: '"redirectUris": ["http://127.0.0.1/callback"]',
    replace: '"redirectUris": ["http://127.0.0.1/*"]',
    check,
    says: '✖ support-agent has the one grant that it needs',
  },
  {
    id: 'viewer-given-the-scope-to-delete',
    file,
    find: '"roles": ["release-manager"] }',
    replace: '"roles": ["release-manager", "viewer"] }',
    check,
    says: '✖ a client may ask for the scopes of its subjects, and a role opens those of its holder',
  },
  {
    id: 'password-grant-that-keycloak-opens-itself',
    file,
    find: '"enabled": false,\n      "publicClient": true',
    replace: '"publicClient": true',
    check,
    says: '✖ the realm has the clients of the examples, and one that it closes',
  },
  {
    id: 'reason-of-a-refused-sign-in-lost',
    file: 'scripts/keycloak/sign-in.ts',
    find: 'if (asked) throw',
    replace: 'if (false as boolean) throw',
    check,
    only: 'a password that Keycloak does not take',
    says: '✖ a password that Keycloak does not take ends the sign-in with its own words',
  },
  {
    id: 'archive-of-keycloak-not-verified',
    file: 'scripts/tools/keycloak.ts',
    find: 'if (found !== sha256) {',
    replace: "if (found === '') {",
    check: 'test/keycloak-tool.test.ts',
    says: '✖ with another archive than the one pinned Keycloak is refused in one line',
  },
  {
    id: 'keycloak-before-java-is-looked-for',
    file: 'scripts/tools/java.ts',
    find: 'if (Number(version.split(/[.+-]/)[0]) < 17)',
    replace: 'if (Number(version.split(/[.+-]/)[0]) < 1)',
    check: 'test/keycloak-tool.test.ts',
    says: '✖ with a Java that is too old Keycloak is refused in one line',
  },
  {
    id: 'tenant-that-its-user-can-edit',
    file,
    find: '{\\"name\\":\\"tenant\\",\\"permissions\\":{\\"view\\":[\\"admin\\"],\\"edit\\":[\\"admin\\"]}}',
    replace:
      '{\\"name\\":\\"tenant\\",\\"permissions\\":{\\"view\\":[\\"admin\\"],\\"edit\\":[\\"admin\\",\\"user\\"]}}',
    check: live,
    only: 'a person cannot change',
    says: '✖ a person cannot change their own tenant',
  },
  {
    id: 'rotated-key-of-keycloak-still-published',
    file: 'test/keycloak/authorization-server.ts',
    find: 'await admin.removeKeys(`key ${turn++}`);',
    replace: 'turn++;',
    check: live,
    only: 'a rotated key signs',
    says: '✖ a rotated key signs at once, and the one before it is not published any more',
  },
  {
    id: 'corpus-run-without-keycloak',
    file: 'test/keycloak/compare.ts',
    find: 'startAround(await startSurroundings({ authorizationServer, signIn: server.signIn }))',
    replace: 'startAround(await startSurroundings())',
    check: live,
    only: 'every attack is answered',
    says: 'Keycloak issued only 0 tokens',
  },
];
