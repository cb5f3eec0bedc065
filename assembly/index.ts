// What the module exports, nothing else.
export {
  absolute_each_f32,
  absolute_each_f64,
  absolute_gradient_f32,
  absolute_gradient_f64,
  absolute_total_f32,
  absolute_total_f64,
} from './absolute';
export {
  binary_each_f64,
  binary_gradient_f64,
  binary_total_f32,
  binary_total_f64,
} from './binary';
export {
  categorical_each_f64,
  categorical_gradient_f64,
  categorical_total_f32,
  categorical_total_f64,
} from './categorical';
export {
  convert_bf16_f32,
  convert_bf16_f64,
  convert_f16_f32,
  convert_f16_f64,
  convert_f32_f64,
  convert_f64_f32,
  convert_i32_f32,
  convert_i32_f64,
  convert_i64_f32,
  convert_i64_f64,
  convert_i64_i32,
  convert_u8_f32,
  convert_u8_f64,
  convert_u8_i32,
  convert_u64_f32,
  convert_u64_f64,
  convert_u64_i32,
} from './convert';
export {
  huber_each_f32,
  huber_each_f64,
  huber_gradient_f32,
  huber_gradient_f64,
  huber_total_f32,
  huber_total_f64,
} from './huber';
export { dot_total_f64, sum_total_f64 } from './lanes';
export {
  logits_each_f64,
  logits_gradient_f64,
  logits_total_f32,
  logits_total_f64,
} from './logits';
export {
  rows_clip_f64,
  rows_divide_f64,
  rows_finite_f64,
  rows_gather_f32,
  rows_gather_f64,
  rows_narrow_f64,
  rows_normalize_f64,
  rows_scale_f64,
  rows_subtract_f64,
  rows_total_f64,
  rows_unit_f32,
  rows_unit_f64,
} from './rows';
export {
  softmax_each_f32,
  softmax_each_f64,
  softmax_lines_f64,
  softmax_rows_f32,
  softmax_rows_f64,
} from './softmax';
export {
  squared_each_f32,
  squared_each_f64,
  squared_gradient_f32,
  squared_gradient_f64,
  squared_total_f32,
  squared_total_f64,
} from './squared';
