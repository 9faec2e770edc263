package dev.verdict.model;

/**
 * DistilBERT as a program in TorchScript's serialized dialect: one native call runs the whole
 * forward pass or a whole step of training. Weights are arguments, in the order of {@link
 * DistilBertParameters}.
 *
 * <p>The last layer computes only what the classifier reads, the first token: its keys and values
 * come from every token, its query, its feed-forward layers and its LayerNorms from that one. The
 * results and gradients are those of the full layer.
 */
final class DistilBertSource {
  /** The rates of dropout and the optimizer's settings, one float64 tensor, by index. */
  enum Setting {
    DROPOUT(0),
    ATTENTION_DROPOUT(1),
    HEAD_DROPOUT(2),
    LABEL_SMOOTHING(3),
    LEARNING_RATE(4),
    BETA1(5),
    BETA2(6),
    EPSILON(7),
    WEIGHT_DECAY(8),
    MAX_GRADIENT_NORM(9),
    SEED(10);

    private final int index;

    Setting(int index) {
      this.index = index;
    }

    int index() {
      return index;
    }
  }

  // How a step treats a weight.
  static final int FROZEN = 0;
  static final int WITHOUT_DECAY = 1;
  static final int WITH_DECAY = 2;

  private static final String TEMPLATE =
      """
      class Net(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        _is_full_backward_hook : Optional[bool]
        def layer(self: __torch__.Net,
            x: Tensor,
            mask: Optional[Tensor],
            w: List[Tensor],
            at: int,
            last: bool,
            dropout: float,
            attention_dropout: float,
            training: bool) -> Tensor:
          rows = torch.size(x, 0)
          if last:
            y = torch.slice(x, 1, 0, 1)
          else:
            y = x
          q = torch.linear(y, w[at], w[torch.add(at, 1)])
          k = torch.linear(x, w[torch.add(at, 2)], w[torch.add(at, 3)])
          v = torch.linear(x, w[torch.add(at, 4)], w[torch.add(at, 5)])
          q0 = torch.transpose(torch.view(q, [rows, -1, $HEADS, $HEAD_WIDTH]), 1, 2)
          k0 = torch.transpose(torch.view(k, [rows, -1, $HEADS, $HEAD_WIDTH]), 1, 2)
          v0 = torch.transpose(torch.view(v, [rows, -1, $HEADS, $HEAD_WIDTH]), 1, 2)
          a = torch.scaled_dot_product_attention(q0, k0, v0, mask, attention_dropout, False)
          a0 = torch.reshape(torch.transpose(a, 1, 2), [rows, -1, $WIDTH])
          a1 = torch.linear(a0, w[torch.add(at, 6)], w[torch.add(at, 7)])
          s = torch.layer_norm(torch.add(a1, y), [$WIDTH], w[torch.add(at, 8)], w[torch.add(at, 9)], 9.9999999999999998e-13)
          f = torch.gelu(torch.linear(s, w[torch.add(at, 10)], w[torch.add(at, 11)]))
          f0 = torch.linear(f, w[torch.add(at, 12)], w[torch.add(at, 13)])
          f1 = torch.dropout(f0, dropout, training)
          return torch.layer_norm(torch.add(f1, s), [$WIDTH], w[torch.add(at, 14)], w[torch.add(at, 15)], 9.9999999999999998e-13)
        def run(self: __torch__.Net,
            ids: Tensor,
            lengths: Tensor,
            w: List[Tensor],
            dropout: float,
            attention_dropout: float,
            head_dropout: float,
            training: bool) -> Tensor:
          tokens = torch.size(ids, 1)
          positions = torch.slice(w[1], 0, 0, tokens)
          e = torch.add(torch.embedding(w[0], ids, $PAD_ID), positions)
          e0 = torch.layer_norm(e, [$WIDTH], w[2], w[3], 9.9999999999999998e-13)
          x = torch.dropout(e0, dropout, training)
          mask = annotate(Optional[Tensor], None)
          if torch.gt(torch.numel(lengths), 0):
            m = torch.lt(torch.arange(tokens), torch.unsqueeze(lengths, 1))
            mask0 : Optional[Tensor] = torch.unsqueeze(torch.unsqueeze(m, 1), 1)
          else:
            mask0 = mask
          x0 = x
          for i in range($LAYERS):
            at = torch.add(torch.mul(i, 16), 4)
            x0 = (self).layer(x0, mask0, w, at, torch.eq(i, $LAST), dropout, attention_dropout, training, )
          first = torch.select(x0, 1, 0)
          p = torch.relu(torch.linear(first, w[$HEAD_AT], w[torch.add($HEAD_AT, 1)]))
          p0 = torch.dropout(p, head_dropout, training)
          return torch.linear(p0, w[torch.add($HEAD_AT, 2)], w[torch.add($HEAD_AT, 3)])
        def forward(self: __torch__.Net,
            ids: Tensor,
            lengths: Tensor,
            w: List[Tensor]) -> Tensor:
          return (self).run(ids, lengths, w, 0., 0., 0., False, )
        def loss(self: __torch__.Net,
            ids: Tensor,
            lengths: Tensor,
            labels: Tensor,
            class_weights: Tensor,
            settings: Tensor,
            w: List[Tensor]) -> Tensor:
          dropout = float(settings[$DROPOUT])
          attention_dropout = float(settings[$ATTENTION_DROPOUT])
          head_dropout = float(settings[$HEAD_DROPOUT])
          torch.manual_seed(int(settings[$SEED]))
          logits = (self).run(ids, lengths, w, dropout, attention_dropout, head_dropout, True, )
          none = annotate(Optional[Tensor], None)
          if torch.gt(torch.numel(class_weights), 0):
            c : Optional[Tensor] = class_weights
          else:
            c = none
          return torch.cross_entropy_loss(logits, labels, c, 1, -100, float(settings[$LABEL_SMOOTHING]))
        def gradients(self: __torch__.Net,
            ids: Tensor,
            lengths: Tensor,
            labels: Tensor,
            class_weights: Tensor,
            settings: Tensor,
            w: List[Tensor],
            trained: List[Tensor]) -> List[Tensor]:
          grad_mode = torch.is_grad_enabled()
          torch.set_grad_enabled(True)
          loss = (self).loss(ids, lengths, labels, class_weights, settings, w, )
          grads = torch.grad([loss], trained)
          torch.set_grad_enabled(grad_mode)
          result = annotate(List[Tensor], [torch.detach(loss)])
          for i in range(torch.len(grads)):
            grad = grads[i]
            if torch.__isnot__(grad, None):
              g = unchecked_cast(Tensor, grad)
            else:
              g = torch.zeros_like(trained[i])
            _0 = torch.append(result, g)
          return result
        def step(self: __torch__.Net,
            ids: Tensor,
            lengths: Tensor,
            labels: Tensor,
            class_weights: Tensor,
            settings: Tensor,
            kinds: Tensor,
            w: List[Tensor],
            m: List[Tensor],
            v: List[Tensor],
            steps: List[Tensor]) -> List[Tensor]:
          trained = annotate(List[Tensor], [])
          for i in range(torch.len(w)):
            if torch.gt(int(kinds[i]), 0):
              _1 = torch.append(trained, w[i])
          results = (self).gradients(ids, lengths, labels, class_weights, settings, w, trained, )
          loss = results[0]
          grads = torch.slice(results, 1)
          grad_mode = torch.is_grad_enabled()
          torch.set_grad_enabled(False)
          norms = torch._foreach_norm(grads, 2)
          norm = torch.norm(torch.stack(norms), 2)
          finite = torch.__and__(bool(torch.isfinite(loss)), bool(torch.isfinite(norm)))
          if finite:
            max_norm = float(settings[$MAX_GRADIENT_NORM])
            if torch.gt(max_norm, 0.):
              if torch.gt(float(norm), max_norm):
                torch._foreach_mul_(grads, torch.div(max_norm, torch.add(float(norm), 9.9999999999999995e-07)))
            next = 0
            p1 = annotate(List[Tensor], [])
            g1 = annotate(List[Tensor], [])
            m1 = annotate(List[Tensor], [])
            v1 = annotate(List[Tensor], [])
            s1 = annotate(List[Tensor], [])
            p2 = annotate(List[Tensor], [])
            g2 = annotate(List[Tensor], [])
            m2 = annotate(List[Tensor], [])
            v2 = annotate(List[Tensor], [])
            s2 = annotate(List[Tensor], [])
            for j in range(torch.len(w)):
              kind = int(kinds[j])
              if torch.eq(kind, 1):
                _2 = torch.append(p1, w[j])
                _3 = torch.append(g1, grads[next])
                _4 = torch.append(m1, m[j])
                _5 = torch.append(v1, v[j])
                _6 = torch.append(s1, steps[j])
              if torch.eq(kind, 2):
                _7 = torch.append(p2, w[j])
                _8 = torch.append(g2, grads[next])
                _9 = torch.append(m2, m[j])
                _10 = torch.append(v2, v[j])
                _11 = torch.append(s2, steps[j])
              if torch.gt(kind, 0):
                next = torch.add(next, 1)
            changed1 = (self).adam(p1, g1, m1, v1, s1, settings, 0., )
            changed2 = (self).adam(p2, g2, m2, v2, s2, settings, float(settings[$WEIGHT_DECAY]), )
            changed = [loss, norm, changed1, changed2]
          else:
            changed = [loss, norm]
          torch.set_grad_enabled(grad_mode)
          return changed
        def adam(self: __torch__.Net,
            w: List[Tensor],
            grads: List[Tensor],
            m: List[Tensor],
            v: List[Tensor],
            steps: List[Tensor],
            settings: Tensor,
            weight_decay: float) -> Tensor:
          lr = float(settings[$LEARNING_RATE])
          beta1 = float(settings[$BETA1])
          beta2 = float(settings[$BETA2])
          eps = float(settings[$EPSILON])
          if torch.gt(torch.len(w), 0):
            torch._foreach_add_(steps, 1)
            none = annotate(List[Tensor], [])
            torch._fused_adamw_(w, grads, m, v, none, steps, lr=lr, beta1=beta1, beta2=beta2, weight_decay=weight_decay, eps=eps, amsgrad=False, maximize=False)
            changed = torch.detach(torch.select(torch.view(w[0], [-1]), 0, 0))
          else:
            changed = settings
          return changed
        def all_gradients(self: __torch__.Net,
            ids: Tensor,
            lengths: Tensor,
            labels: Tensor,
            class_weights: Tensor,
            settings: Tensor,
            w: List[Tensor]) -> List[Tensor]:
          return (self).gradients(ids, lengths, labels, class_weights, settings, w, w, )
      """;

  // TorchScript's dead-code elimination does not see that the optimizer writes through a list made
  // in the program, and drops the call unless the program returns something of what it wrote.
  private DistilBertSource() {}

  /** The program for one size of model. */
  static String of(DistilBertConfig config) {
    String source =
        TEMPLATE
            .replace("$HEADS", Integer.toString(config.heads()))
            .replace("$HEAD_WIDTH", Integer.toString(config.width() / config.heads()))
            .replace("$HEAD_AT", Integer.toString(4 + 16 * config.layers()))
            .replace("$WIDTH", Integer.toString(config.width()))
            .replace("$PAD_ID", Integer.toString(config.padTokenId()))
            .replace("$LAYERS", Integer.toString(config.layers()))
            .replace("$LAST", Integer.toString(config.layers() - 1));
    for (Setting setting : Setting.values()) {
      source = source.replace("[$" + setting.name() + "]", "[" + setting.index() + "]");
    }
    return source;
  }
}
