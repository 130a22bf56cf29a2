using GspMl.Onnx.Operators;

namespace GspMl.Onnx.Shrinking.Following;

/// <summary>
/// LSTM, GRU and RNN: a hidden unit goes with its rows of all gates, its column of R and its place in states, in all directions.
/// </summary>
internal static class RecurrentRules
{
    private static readonly int[] States = [5, 6];

    public static void Recur(FlowNode node)
    {
        var (input, weight, recurrence) = (node.Take(0), ProductRules.Weight(node, 1), ProductRules.Weight(node, 2));
        if (recurrence.Axes[2] is not { } units) throw new NotFollowedException($"{node.Name} has one hidden unit");
        ProductRules.JoinInputs(node, input, 2, weight, 2);
        foreach (var operand in new[] { 1, 2, RecurrentOperators.Bias, RecurrentOperators.Peepholes })
            if (node.Has(operand)) Gates(node, node.Take(operand).Axes[1], units);
        foreach (var state in States)
            if (node.Has(state)) node.Join(units, node.Take(state).Axes[2], "begins with it");
        if (node.Attribute(RecurrentOperators.HiddenSize) is not null) node.NoteAttribute(RecurrentOperators.HiddenSize, units);
        SetOutputs(node, input, units);
        AddLayers(node, input, weight, recurrence);
    }

    /// <summary>An axis of gates, each with all hidden units.</summary>
    private static void Gates(FlowNode node, int[]? labels, int[] units)
    {
        if (labels is null) throw new NotFollowedException($"{node.Name} has an operand without hidden units");
        var factors = node.Split(labels, labels.Length / units.Length, units.Length);
        node.Fix(factors[0], "has gates along it");
        node.Join(factors[1], units, "has hidden units along it");
    }

    /// <summary>All positions in time: time × directions × rows × units, or rows × time × directions × units; last states.</summary>
    private static void SetOutputs(FlowNode node, FollowedTensor input, int[] units)
    {
        var isRowFirst = node.Integer(RecurrentOperators.Layout, 0) != 0;
        var (time, rows) = isRowFirst ? (input.Axes[1], input.Axes[0]) : (input.Axes[0], input.Axes[1]);
        node.Fix(time, "runs along it");
        for (var output = 0; output < node.Outputs; output++)
        {
            if (node.OutputName(output).Length == 0) continue;
            int[]?[] states = isRowFirst ? [rows, null, units] : [null, rows, units];
            int[]?[] all = isRowFirst ? [rows, null, null, units] : [null, null, rows, units];
            node.Set(output, output == 0 ? all : states);
        }
    }

    private static void AddLayers(FlowNode node, FollowedTensor input, FollowedTensor weight, FollowedTensor recurrence)
    {
        long[] steps = [input.Shape[0], input.Shape[1], weight.Shape[0]];
        node.Flow.AddProduct([.. steps, weight.Axes[2] is null ? weight.Shape[2] : 1], [weight.Axes[1], weight.Axes[2]]);
        node.Flow.AddProduct(steps, [recurrence.Axes[1], recurrence.Axes[2]]);
        node.Flow.AddLayer(new(node.PlainName, weight.Axes[1], weight.Axes[2], node.InputName(1)));
        node.Flow.AddLayer(new(node.PlainName, recurrence.Axes[1], recurrence.Axes[2], node.InputName(2)));
    }
}
