import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { resource } from '../surfaces/server.ts';
import type { Via } from '../corpus/raw-http.ts';
import { startEnvoy, type Envoy } from './envoy-process.ts';
import { writeEnvoyFiles, type Certificate } from './gateway-files.ts';
import { buildGateway, type Added, type Edit, type Node, type Ports } from './gateway-manifests.ts';
import { translate, type Translated } from './gateway-translate.ts';

/** The published manifests, run by the real Envoy. */
export interface Gateway {
  conditions: Translated['conditions'];
  via: Via;
  admin: Envoy['admin'];
  accessLog: Envoy['accessLog'];
  /** Its process, while it is up: what fails when the gateway fails. */
  process: Pick<Envoy, 'pause' | 'resume'> & {
    end: () => Promise<void>;
    /** Start Envoy again with the same files; `via` leads to it then. */
    again: () => Promise<void>;
  };
  close: () => Promise<void>;
}

/** Build, translate and run the published manifests; `edits` change them before. */
export async function startGateway(
  ports: Ports,
  edits?: readonly Edit[],
  added?: Added,
): Promise<Gateway> {
  return runGateway(await buildGateway(ports, edits, added), new URL(resource).hostname);
}

/** Translate and run built manifests; the certificate for their host is made here. */
export async function runGateway(
  objects: readonly Node[],
  host: string,
  secret?: Parameters<typeof secretOf>[1],
): Promise<Gateway> {
  const folder = mkdtempSync(join(tmpdir(), 'envoy-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const certificate = await makeCertificate(host);
    const translated = await translate([...objects, secretOf(certificate, secret)], folder);
    const bootstrap = writeEnvoyFiles(translated, certificate, folder);
    let envoy = await startEnvoy(bootstrap, folder);
    return {
      conditions: translated.conditions,
      get via() {
        return { port: envoy.port, ca: certificate.cert };
      },
      admin: (path) => envoy.admin(path),
      accessLog: () => envoy.accessLog(),
      process: {
        pause: () => envoy.pause(),
        resume: () => envoy.resume(),
        end: () => envoy.close(),
        again: async () => void (envoy = await startEnvoy(bootstrap, folder)),
      },
      close: async () => {
        await envoy.close();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** A certificate for a host, signed by an authority or by itself. */
export async function makeCertificate(host: string, by?: Certificate): Promise<Certificate> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: host }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...(by && { ca: by }),
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: host }] }],
  });
  return { cert, key };
}

/** An authority that signs certificates. */
export async function makeAuthority(name: string): Promise<Certificate> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  return { cert, key };
}

/** The Secret that a reader makes, with the name that the settings give it. */
export function secretOf(
  { cert, key }: Certificate,
  metadata = { name: 'mcp-tls', namespace: 'mcp-ingress' },
): Node {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': btoa(cert), 'tls.key': btoa(key) },
  };
}

/** The ConfigMap that a reader makes, with the name that the manifests give it. */
export function authorityOf({ cert }: Certificate): Node {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'mcp-server-ca', namespace: 'mcp' },
    data: { 'ca.crt': cert },
  };
}
