// What the module exports, nothing else.
export {
  absolute_each_f32,
  absolute_each_f64,
  absolute_total_f32,
  absolute_total_f64,
} from './absolute';
export { binary_each_f64, binary_total_f32, binary_total_f64 } from './binary';
export { categorical_each_f64, categorical_total_f32, categorical_total_f64 } from './categorical';
export {
  convert_f32_f64,
  convert_f64_f32,
  convert_i32_f32,
  convert_i32_f64,
  convert_u8_f32,
  convert_u8_f64,
  convert_u8_i32,
} from './convert';
export { sum_total_f64 } from './lanes';
export {
  rows_clip_f64,
  rows_divide_f64,
  rows_gather_f32,
  rows_gather_f64,
  rows_normalize_f64,
  rows_total_f64,
  rows_unit_f32,
  rows_unit_f64,
} from './rows';
export {
  squared_each_f32,
  squared_each_f64,
  squared_total_f32,
  squared_total_f64,
} from './squared';
