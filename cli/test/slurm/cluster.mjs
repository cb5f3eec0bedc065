// A cluster of Slurm on this machine, with two nodes, without systemd.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export class Cluster {
  #folder;
  #children = new Map();
  #environment;

  constructor(folder) {
    this.#folder = folder;
    this.#environment = { ...process.env, SLURM_CONF: join(folder, 'slurm.conf') };
  }

  async start() {
    const folder = this.#folder;
    for (const name of ['munge', 'ctld', 'n1', 'n2'])
      mkdirSync(join(folder, name), { recursive: true });
    const munge = (name) => join(folder, 'munge', name);
    writeFileSync(munge('key'), Buffer.alloc(1024, 'a key of this test alone'), { mode: 0o400 });
    const [controller, first, second] = [await freePort(), await freePort(), await freePort()];
    writeFileSync(
      join(folder, 'slurm.conf'),
      `ClusterName=test
SlurmctldHost=localhost
SlurmctldPort=${controller}
SlurmUser=${process.env.USER ?? 'root'}
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${munge('socket')}
CredType=cred/munge
StateSaveLocation=${folder}/ctld
SlurmdSpoolDir=${folder}/%n
SlurmctldPidFile=${folder}/ctld/pid
SlurmdPidFile=${folder}/%n/pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
ReturnToService=2
SlurmdTimeout=4
KillWait=2
MinJobAge=300
SchedulerParameters=batch_sched_delay=0,sched_interval=1
NodeName=n1 NodeHostname=localhost Port=${first} CPUs=1
NodeName=n2 NodeHostname=localhost Port=${second} CPUs=1
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
`,
    );
    this.#spawn('munged', [
      '--foreground',
      '--force',
      `--key-file=${munge('key')}`,
      `--socket=${munge('socket')}`,
      `--pid-file=${munge('pid')}`,
      `--log-file=${munge('log')}`,
      `--seed-file=${munge('seed')}`,
    ]);
    await sleep(500);
    this.#spawn('slurmctld', ['-D', '-c']);
    for (const node of ['n1', 'n2']) this.#spawn('slurmd', ['-D', '-N', node], node);
    await this.until('both nodes to be idle', () =>
      this.nodes().every(({ state }) => state === 'idle'),
    );
  }

  #spawn(command, args, name = command) {
    const log = openSync(join(this.#folder, `${name}.log`), 'a');
    const child = spawn(command, args, { stdio: ['ignore', log, log], env: this.#environment });
    child.on('error', (error) => console.error(`${command}: ${error.message}`));
    this.#children.set(name, child);
  }

  /** What a client of Slurm prints. */
  run(command, ...args) {
    return execFileSync(command, args, {
      encoding: 'utf8',
      env: this.#environment,
      cwd: this.#folder,
    }).trim();
  }

  nodes() {
    let lines;
    try {
      lines = this.run('sinfo', '--noheader', '--Node', '--format=%N %t').split('\n');
    } catch {
      return [{ name: 'none', state: 'not up' }];
    }
    return lines.map((line) => {
      const [name, state] = line.trim().split(' ');
      return { name, state };
    });
  }

  /** The tasks that wait for nothing but their time. */
  waiting() {
    const lines = this.run(
      'squeue',
      '--noheader',
      '--array',
      '--states=PENDING',
      '--format=%i %r',
    ).split('\n');
    return lines
      .filter((line) => line.endsWith(' BeginTime'))
      .map((line) => line.trim().split(' ')[0]);
  }

  /** Ends a node as a power failure would: the daemon, and the task on it, whose script says which it is. */
  lose(node) {
    this.#children.get(node)?.kill('SIGKILL');
    const file = join(this.#folder, `${node}.pids`);
    if (!existsSync(file)) return;
    for (const pid of readFileSync(file, 'utf8').trim().split(' ')) kill(Number(pid));
  }

  async until(what, holds, seconds = 120) {
    for (let waited = 0; !(await holds()); waited += 0.2) {
      if (waited > seconds) throw new Error(`waited ${seconds} s for ${what}`);
      await sleep(200);
    }
  }

  stop() {
    for (const node of ['n1', 'n2']) this.lose(node);
    for (const child of this.#children.values()) child.kill('SIGKILL');
  }
}

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
