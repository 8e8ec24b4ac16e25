// Small whole documents to start from.
import type { Raw } from "./raw";

export interface Template {
  name: string;
  what: string;
  document: Raw;
}

const SPACE = {
  lr: { type: "float", low: 0.00001, high: 0.1, log: true },
  layers: { type: "int", low: 1, high: 4 },
  optimizer: ["adam", "sgd"],
  momentum: { type: "float", low: 0, high: 0.99, when: { optimizer: "sgd" } },
};

export const TEMPLATES: readonly Template[] = [
  {
    name: "An image",
    what: "jobs run in Docker",
    document: { name: "my-trial", image: "", space: SPACE, budget: { jobs: 50 }, parallelism: 2 },
  },
  {
    name: "A command",
    what: "jobs are processes on the worker's host",
    document: {
      name: "my-trial",
      command: ["python", "train.py"],
      space: SPACE,
      budget: { jobs: 50 },
      parallelism: 2,
      timeout: "10m",
    },
  },
  {
    name: "Programs of your own",
    what: "they ask for params and tell losses",
    document: { name: "my-trial", external: true, space: SPACE, budget: { jobs: 50 }, parallelism: 2 },
  },
  {
    name: "The original Hyperdock's format",
    what: "param_space, every combination of it",
    document: {
      name: "my-trial",
      image: "",
      param_space: {
        batch_size: [16, 32, 64],
        lr: { hdock_distr: "loguniform", hdock_distr_kwargs: { a: 0.00001, b: 0.1 }, hdock_samples: 5, hdock_seed: 1 },
        epochs: 10,
      },
      parallelism: 2,
    },
  },
];
