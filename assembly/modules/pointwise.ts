export {
  absolute_each_f32,
  absolute_each_f64,
  absolute_gradient_f32,
  absolute_gradient_f64,
  absolute_total_f32,
  absolute_total_f64,
} from '../absolute';
export {
  huber_each_f32,
  huber_each_f64,
  huber_gradient_f32,
  huber_gradient_f64,
  huber_total_f32,
  huber_total_f64,
} from '../huber';
export {
  squared_each_f32,
  squared_each_f64,
  squared_gradient_f32,
  squared_gradient_f64,
  squared_total_f32,
  squared_total_f64,
} from '../squared';
