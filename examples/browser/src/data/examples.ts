/** Small data to begin with. */

export const HOUSES_CSV = `price,predicted
100,100
160,160
250,240
340,240
95,104
182,170
210,220
131,128
`;

export const SPAM_CSV = `spam,probability
1,0.95
1,0.6
1,0.05
0,0.02
0,0.1
1,0.99
0,0.4
1,0.7
0,0.85
1,0.88
0,0.01
0,0.03
`;

export const ANIMALS_CSV = `class,cat,dog,rabbit
0,0.9,0.08,0.02
0,0.6,0.25,0.15
0,0.4,0.3,0.3
0,0.05,0.25,0.7
1,0.2,0.7,0.1
2,0.1,0.1,0.8
2,0.3,0.5,0.2
`;
