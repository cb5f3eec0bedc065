// What workerd runs as a test: prints the report as JSON.
import * as library from '../../dist/index.js';
import { report } from '../digest/report.mjs';

export default {
  test() {
    console.log(JSON.stringify(report(library)));
  },
};
