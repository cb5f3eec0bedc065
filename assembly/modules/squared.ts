export {
  squared_each_f32,
  squared_each_f64,
  squared_gradient_f32,
  squared_gradient_f64,
  squared_total_f32,
  squared_total_f64,
  squared_valueAndGradient_f64,
  squared_weighted_f32,
  squared_weighted_f64,
  squared_weightedGradient_f32,
  squared_weightedGradient_f64,
} from '../squared';
