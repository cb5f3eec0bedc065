// Its constants have a place of their own, as the modules share a memory.
memory.data(1024);

export {
  categorical_each_f64,
  categorical_gradient_f64,
  categorical_select_f32,
  categorical_select_f64,
  categorical_used_f32,
  categorical_used_f64,
} from '../categorical';
export {
  rows_gather_f32,
  rows_gather_f64,
  rows_normalize_f64,
  rows_scale_f64,
  rows_subtract_f64,
  rows_total_f64,
} from '../rows';
export {
  softmax_each_f32,
  softmax_each_f64,
  softmax_gradient_f32,
  softmax_gradient_f64,
  softmax_lines_f64,
  softmax_logs_f64,
  softmax_losses_f32,
  softmax_losses_f64,
  softmax_rows_f32,
  softmax_rows_f64,
} from '../softmax';
