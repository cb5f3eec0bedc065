// @ts-check
// The losses as ONNX models: graphs of the standard's operators, made by code.
import onnxProto from 'onnx-proto';

const { onnx } = onnxProto;
const OPSET = 17;
const { FLOAT, DOUBLE, INT64 } = onnx.TensorProto.DataType;

/** Nodes are made by calls that return the name of what they compute. */
class Graph {
  /** @type {any[]} */
  nodes = [];
  /** @type {any[]} */
  constants = [];

  /** @param {'float32' | 'float64'} type */
  constructor(type) {
    this.type = type === 'float32' ? FLOAT : DOUBLE;
  }

  /**
   * @param {string} opType
   * @param {readonly string[]} input
   * @param {Readonly<Record<string, number | string>>} [attributes]
   */
  node(opType, input, attributes = {}) {
    const output = `${opType}${this.nodes.length}`;
    const attribute = Object.entries(attributes).map(([name, value]) =>
      typeof value === 'string'
        ? { name, type: onnx.AttributeProto.AttributeType.STRING, s: Buffer.from(value) }
        : { name, type: onnx.AttributeProto.AttributeType.INT, i: value },
    );
    this.nodes.push({ opType, input, output: [output], attribute });
    return output;
  }

  /** @param {number} value */
  constant(value) {
    const name = `constant${this.constants.length}`;
    const data = this.type === FLOAT ? { floatData: [value] } : { doubleData: [value] };
    this.constants.push({ name, dataType: this.type, dims: [], ...data });
    return name;
  }
}

/** @param {Graph} graph @param {import('../contest/serve.mjs').Asked} asked each sample's loss */
function pointwise(graph, { task, delta }) {
  const y = 'yTrue';
  const p = 'yPred';
  /** @param {string} name @param {...string} input */
  const op = (name, ...input) => graph.node(name, input);
  const one = () => graph.constant(1);
  switch (task) {
    case 'squared': {
      const d = op('Sub', p, y);
      return op('Mul', d, d);
    }
    case 'absolute':
      return op('Abs', op('Sub', p, y));
    case 'huber': {
      const d = op('Abs', op('Sub', p, y));
      const parabola = op('Mul', op('Mul', d, d), graph.constant(0.5));
      const line = op('Mul', op('Sub', d, graph.constant(delta / 2)), graph.constant(delta));
      return op('Where', op('LessOrEqual', d, graph.constant(delta)), parabola, line);
    }
    case 'binary': {
      const ones = op('Mul', y, op('Log', p));
      const zeros = op('Mul', op('Sub', one(), y), op('Log', op('Sub', one(), p)));
      return op('Neg', op('Add', ones, zeros));
    }
    case 'binaryLogits': {
      const line = op('Sub', op('Max', p, graph.constant(0)), op('Mul', p, y));
      const exps = op('Exp', op('Neg', op('Abs', p)));
      return op('Add', line, op('Log', op('Add', one(), exps)));
    }
    case 'sparseLogits':
      throw new Error('not a loss of one number and another');
  }
}

/**
 * @param {import('../contest/serve.mjs').Asked} asked
 * @returns {Uint8Array} a model of inputs yTrue and yPred and one output, `loss`
 */
export function modelOf(asked) {
  const { task, verb, classes, type } = asked;
  const graph = new Graph(type);
  const isSparse = task === 'sparseLogits';
  const loss = isSparse
    ? graph.node('SoftmaxCrossEntropyLoss', ['yPred', 'yTrue'], {
        reduction: verb === 'mean' ? 'mean' : 'none',
      })
    : verb === 'mean'
      ? graph.node('ReduceMean', [pointwise(graph, asked)], { keepdims: 0 })
      : pointwise(graph, asked);
  graph.nodes.push({ opType: 'Identity', input: [loss], output: ['loss'] });

  /** @param {string} name @param {number} elemType @param {readonly (string | number)[]} shape */
  const value = (name, elemType, shape) => {
    const dim = shape.map((size) =>
      typeof size === 'string' ? { dimParam: size } : { dimValue: size },
    );
    return { name, type: { tensorType: { elemType, shape: { dim } } } };
  };
  const model = onnx.ModelProto.create({
    irVersion: 8,
    opsetImport: [{ domain: '', version: OPSET }],
    graph: {
      name: task,
      node: graph.nodes,
      initializer: graph.constants,
      input: [
        value('yTrue', isSparse ? INT64 : graph.type, ['n']),
        value('yPred', graph.type, isSparse ? ['n', classes] : ['n']),
      ],
      output: [value('loss', graph.type, verb === 'mean' ? [] : ['n'])],
    },
  });
  return onnx.ModelProto.encode(model).finish();
}
