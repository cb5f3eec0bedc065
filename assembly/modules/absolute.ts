export {
  absolute_each_f32,
  absolute_each_f64,
  absolute_gradient_f32,
  absolute_gradient_f64,
  absolute_total_f32,
  absolute_total_f64,
  absolute_valueAndGradient_f64,
  absolute_weighted_f32,
  absolute_weighted_f64,
  absolute_weightedGradient_f32,
  absolute_weightedGradient_f64,
} from '../absolute';
