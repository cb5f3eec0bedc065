// Its constants have a place of their own, as the modules share a memory.
memory.data(64);

export {
  binary_each_f32,
  binary_each_f64,
  binary_gradient_f32,
  binary_gradient_f64,
  binary_parts_f32,
  binary_parts_f64,
  binary_total_f32,
  binary_total_f64,
} from '../binary';
export {
  logits_each_f32,
  logits_each_f64,
  logits_exps_f32,
  logits_exps_f64,
  logits_gradient_f32,
  logits_gradient_f64,
  logits_total_f32,
  logits_total_f64,
} from '../logits';
