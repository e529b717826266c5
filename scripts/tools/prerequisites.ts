import { spawnSync } from 'node:child_process';
import { findJava } from './java.ts';
import { onPath } from './on-path.ts';
import { findPython } from './python.ts';

/** A program that must be there before anything else, and how a person installs it. */
export interface Missing {
  name: string;
  why: string;
  install: string;
}

/** List every missing prerequisite of `npm start` or `npm test`. */
export function missingPrerequisites(kind: 'start' | 'test'): Missing[] {
  const missing: Missing[] = [];
  if (onPath('git') === undefined) {
    missing.push({ name: 'git', why: 'not found', install: packageManager('git') });
  }
  if (Number(process.versions.node.split('.')[0]) < 20) {
    missing.push({
      name: 'Node.js 20 or later',
      why: `found ${process.versions.node}`,
      install: 'get it from https://nodejs.org, or run this as "npx -y -p node@24 npm test"',
    });
  }
  if (kind === 'test') missing.push(...missingGo(), ...missingPython(), ...missingJava());
  return missing;
}

function missingGo(): Missing[] {
  const path = onPath('go');
  const found = path && spawnSync(path, ['env', 'GOVERSION'], { encoding: 'utf8' }).stdout.trim();
  const [, major = 0, minor = 0] = /^go(\d+)\.(\d+)/.exec(found ?? '') ?? [];
  if (Number(major) > 1 || (Number(major) === 1 && Number(minor) >= 26)) return [];
  return [{ name: 'Go 1.26 or later', why: found ? `found ${found}` : 'not found', install: go() }];
}

function missingPython(): Missing[] {
  const python = findPython();
  if (!('why' in python)) return [];
  const install = packageManager('python3-venv', { brew: 'python', other: 'python3' });
  return [{ name: 'Python 3.10 or later with venv', why: python.why, install }];
}

/** Keycloak is fetched by Maven and runs on Java. */
function missingJava(): Missing[] {
  const java = findJava();
  const missing: Missing[] = [];
  if ('why' in java) {
    const install = packageManager('openjdk-17-jre-headless', {
      brew: 'openjdk',
      other: 'java-17-openjdk-headless',
    });
    missing.push({ name: 'Java 17 or later', why: java.why, install });
  }
  if (onPath('mvn') === undefined) {
    missing.push({ name: 'Maven', why: 'not found', install: packageManager('maven') });
  }
  return missing;
}

function go(): string {
  if (process.platform === 'darwin') return 'brew install go';
  const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const archive = `https://go.dev/dl/go1.26.8.linux-${arch}.tar.gz`;
  return `curl -fL ${archive} | sudo tar -C /usr/local -xz && export PATH=/usr/local/go/bin:$PATH`;
}

function packageManager(name: string, { brew = name, other = name } = {}): string {
  if (process.platform === 'darwin') return `brew install ${brew}`;
  const manager = ['apt-get', 'dnf', 'zypper'].find((program) => onPath(program)) ?? 'apt-get';
  return `sudo ${manager} install -y ${manager === 'apt-get' ? name : other}`;
}
