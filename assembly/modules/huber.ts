export {
  huber_each_f32,
  huber_each_f64,
  huber_gradient_f32,
  huber_gradient_f64,
  huber_total_f32,
  huber_total_f64,
  huber_valueAndGradient_f64,
  huber_weighted_f32,
  huber_weighted_f64,
  huber_weightedGradient_f32,
  huber_weightedGradient_f64,
} from '../huber';
