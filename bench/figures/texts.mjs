// @ts-check
// What the figures say, in both languages.
import { decimals, integer, probability } from './numbers.mjs';

/** @typedef {ReturnType<typeof import('./data.mjs').slopes>} Slopes */
/** @typedef {ReturnType<typeof import('./data.mjs').errors>} Errors */
/** @typedef {ReturnType<typeof import('./data.mjs').binary>} Binary */
/** @typedef {ReturnType<typeof import('./data.mjs').models>} Models */
/** @typedef {ReturnType<typeof import('./data.mjs').both>} Both */
/** @typedef {Errors['squared']['houses'][number]} House */
/** @typedef {import('./data.mjs').Point} Point */

/** @param {readonly Point[]} points */
const losses = (points) => points.map(({ loss }) => decimals(loss)).join(', ');
/** @param {readonly House[]} houses */
const houseLosses = (houses) => houses.map(({ loss }) => integer(loss)).join(', ');

const en = {
  language: 'en',
  slopes: {
    title: 'Which slope fits the houses?',
    subtitle: 'Every price is 2.1 × size; predicted as w × size for 100 values of w',
    /** @param {Slopes} data */
    description: ({ least }) =>
      `The mean squared loss falls along a parabola as w goes from 1.5 to 2.5, is least at w = ${decimals(least.x)} with ${decimals(least.loss)}, and rises again. A dashed line marks w = 2.1.`,
    loss: 'mean squared loss',
    weight: 'slope w',
    /** @param {number} w */
    truth: (w) => `w = ${w}, the slope of the prices`,
    /** @param {Point} least */
    least: ({ x, loss }) => `least of the 100:\nw = ${decimals(x)}\nloss ${decimals(loss)}`,
    enlarged: 'near 2.1, enlarged',
  },
  errors: {
    title: 'Squared and absolute loss',
    subtitle: 'Three houses, predicted as 2 × size: two prices are met, one is missed by 10',
    /** @param {Errors} data */
    description: ({ squared, absolute }) =>
      `Squared losses of the three houses: ${houseLosses(squared.houses)}; absolute losses: ${houseLosses(absolute.houses)}. Below, over errors from −150 to 150, squared loss is a parabola up to 22,500 and absolute loss a V up to 150.`,
    /** @param {number} mean */
    squared: (mean) => `Squared loss: mean ${decimals(mean, 2)}`,
    /** @param {number} mean */
    absolute: (mean) => `Absolute loss: mean ${decimals(mean, 2)}`,
    loss: 'loss',
    error: 'error: predicted − price',
    /** @param {House} house */
    house: ({ price, predicted }) => `price ${price}\nguess ${predicted}`,
    /** @param {House} house */
    met: ({ error, loss }) => `houses 1, 2\nerror ${error}\nloss ${loss}`,
    /** @param {House} house */
    missed: ({ error, loss }) => `house 3\nerror ${integer(error)}\nloss ${loss}`,
    absoluteName: 'absolute loss',
  },
  binary: {
    title: 'Binary cross-entropy',
    subtitle: 'The less probable the truth was held to be, the larger the loss',
    /** @param {Binary} data */
    description: ({ one, zero }) =>
      `Two curves over p from 0.01 to 0.99. At p = 0.1, 0.5 and 0.9 the loss is ${losses(one.marks)} if y = 1 and ${losses(zero.marks)} if y = 0.`,
    loss: 'loss',
    probability: 'p, the probability predicted for y = 1',
    one: 'y = 1:  −ln p',
    zero: 'y = 0:  −ln(1 − p)',
  },
  models: {
    title: 'Categorical cross-entropy',
    subtitle: 'Four models look at the same cat: only what they gave to “cat” counts',
    /** @param {Models} data */
    description: ({ models, shares }) =>
      `${models
        .map(
          ({ name, loss }) =>
            `Model ${name} says ${shares
              .filter((share) => share.name === name)
              .map(({ animal, p }) => `${animal} ${probability(p)}`)
              .join(', ')}; its loss is ${decimals(loss)}.`,
        )
        .join(' ')} The losses lie on the curve −ln p.`,
    losses: 'Loss of each model',
    shares: 'What each model predicts',
    byTruth: 'Loss over the probability of “cat”',
    curve: 'All of them lie on −ln p',
    loss: 'loss',
    /** @param {string} name */
    model: (name) => `model ${name}`,
    ofTruth: 'probability of the true class, cat',
    probability: 'probability p of the true class',
    animals: { cat: 'cat (true)', dog: 'dog', rabbit: 'rabbit' },
  },
  both: {
    title: 'Binary and categorical cross-entropy',
    subtitle: 'Minus the logarithm of the probability given to the truth; marked at 0.6',
    /** @param {Both} data */
    description: ({ binary, categorical }) =>
      `Left, binary cross-entropy over p: −ln p if y = 1, −ln(1 − p) if y = 0. Right, categorical cross-entropy over the probability of the true class: −ln p. At 0.6 the losses are ${losses(binary.one.marks)}, ${losses(binary.zero.marks)} and ${losses(categorical.marks)}.`,
    binary: 'Binary: one p, two curves',
    categorical: 'Categorical: one curve',
    loss: 'loss',
    probability: 'probability p of y = 1',
    ofTruth: 'probability p of the true class',
    one: 'y = 1',
    zero: 'y = 0',
    truth: '−ln p',
  },
};

/** @typedef {typeof en} Texts */

/** @type {Texts} */
const zh = {
  language: 'zh-Hans',
  slopes: {
    title: '哪个斜率最符合房价？',
    subtitle: '每套房的价格都是面积的 2.1 倍；取 100 个 w，用 w × 面积来预测',
    description: ({ least }) =>
      `w 从 1.5 变到 2.5，均方误差沿抛物线下降，在 w = ${decimals(least.x)} 处最小，为 ${decimals(least.loss)}，然后回升。虚线标出 w = 2.1。`,
    loss: '均方误差',
    weight: '斜率 w',
    truth: (w) => `w = ${w}，真实的斜率`,
    least: ({ x, loss }) => `100 个中最小：\nw = ${decimals(x)}\n损失 ${decimals(loss)}`,
    enlarged: '2.1 附近放大',
  },
  errors: {
    title: '平方损失与绝对损失',
    subtitle: '三套房，按 2 × 面积预测：两套完全命中，一套差了 10',
    description: ({ squared, absolute }) =>
      `三套房的平方损失：${houseLosses(squared.houses)}；绝对损失：${houseLosses(absolute.houses)}。下方横轴为 −150 到 150 的误差：平方损失是抛物线，最高 22,500；绝对损失呈 V 形，最高 150。`,
    squared: (mean) => `平方损失：均值 ${decimals(mean, 2)}`,
    absolute: (mean) => `绝对损失：均值 ${decimals(mean, 2)}`,
    loss: '损失',
    error: '误差：预测值 − 真实价格',
    house: ({ price, predicted }) => `价格 ${price}\n预测 ${predicted}`,
    met: ({ error, loss }) => `第 1、2 套\n误差 ${error}\n损失 ${loss}`,
    missed: ({ error, loss }) => `第 3 套\n误差 ${integer(error)}\n损失 ${loss}`,
    absoluteName: '绝对损失',
  },
  binary: {
    title: '二元交叉熵',
    subtitle: '真实结果被预测得越不可能，损失就越大',
    description: ({ one, zero }) =>
      `横轴 p 从 0.01 到 0.99，两条曲线。p = 0.1、0.5、0.9 时，若 y = 1，损失为 ${losses(one.marks)}；若 y = 0，损失为 ${losses(zero.marks)}。`,
    loss: '损失',
    probability: 'p：预测 y = 1 的概率',
    one: 'y = 1：−ln p',
    zero: 'y = 0：−ln(1 − p)',
  },
  models: {
    title: '多分类交叉熵',
    subtitle: '四个模型看同一只猫：只有分给“猫”的概率决定损失',
    description: ({ models, shares }) =>
      `${models
        .map(
          ({ name, loss }) =>
            `模型 ${name} 的预测：${shares
              .filter((share) => share.name === name)
              .map(
                ({ animal, p }) =>
                  `${{ cat: '猫', dog: '狗', rabbit: '兔' }[animal]} ${probability(p)}`,
              )
              .join('，')}；损失 ${decimals(loss)}。`,
        )
        .join('')}各个损失都落在曲线 −ln p 上。`,
    losses: '各模型的损失',
    shares: '各模型的预测',
    byTruth: '损失与“猫”的概率',
    curve: '都落在 −ln p 上',
    loss: '损失',
    model: (name) => `模型 ${name}`,
    ofTruth: '真实类别（猫）的概率',
    probability: '真实类别的概率 p',
    animals: { cat: '猫（真实）', dog: '狗', rabbit: '兔' },
  },
  both: {
    title: '二元交叉熵与多分类交叉熵',
    subtitle: '都是真实结果所得概率的负对数；圆点与菱形标出 0.6 处',
    description: ({ binary, categorical }) =>
      `左图为二元交叉熵：y = 1 时为 −ln p，y = 0 时为 −ln(1 − p)。右图为多分类交叉熵：真实类别的概率为 p 时为 −ln p。在 0.6 处，损失分别为 ${losses(binary.one.marks)}、${losses(binary.zero.marks)} 和 ${losses(categorical.marks)}。`,
    binary: '二元：一个 p，两条曲线',
    categorical: '多分类：一条曲线',
    loss: '损失',
    probability: 'y = 1 的概率 p',
    ofTruth: '真实类别的概率 p',
    one: 'y = 1',
    zero: 'y = 0',
    truth: '−ln p',
  },
};

export const texts = { en, zh };
