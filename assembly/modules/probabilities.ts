// What the cross-entropies need of numbers beside their own kernels.
export {
  numbers_clip_f64,
  numbers_divide_f64,
  numbers_unit_f32,
  numbers_unit_f64,
} from '../numbers';
