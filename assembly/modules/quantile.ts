export {
  quantile_each_f32,
  quantile_each_f64,
  quantile_gradient_f32,
  quantile_gradient_f64,
  quantile_total_f32,
  quantile_total_f64,
  quantile_valueAndGradient_f64,
  quantile_weighted_f32,
  quantile_weighted_f64,
  quantile_weightedGradient_f32,
  quantile_weightedGradient_f64,
} from '../quantile';
