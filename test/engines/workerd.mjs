// What workerd runs as a test: prints the report as JSON.
import * as library from '../../dist/index.js';
import { report } from '../digest/report.mjs';

export default {
  async test() {
    console.log(JSON.stringify(await report(library)));
  },
};
