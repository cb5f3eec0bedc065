// What every loss needs beside its own kernels: arrays of other types, sums, weights. Its constants have a place of
// their own, as the modules share a memory.
memory.data(16);

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
} from '../convert';
export { dot_total_f32, dot_total_f64, sum_total_f32, sum_total_f64 } from '../lanes';
export {
  numbers_multiply_f32,
  numbers_multiply_f64,
  numbers_narrow_f64,
  numbers_positive_f64,
} from '../numbers';
