using GspMl.Onnx.Tensors;

namespace GspMl.Onnx.Sessions;

/// <summary>Finds how a model takes the given values: which of them are rows, on which axes, and which hold for every row.</summary>
internal sealed class InputMatching
{
    private readonly OnnxModel model;
    private readonly EvaluationData data;
    private readonly IReadOnlyDictionary<string, DeclaredInput> declared;
    private readonly List<(DeclaredInput Input, InputTensor Tensor)> pairs;

    private InputMatching(OnnxModel model, EvaluationData data)
    {
        (this.model, this.data, declared) = (model, data, DeclaredInput.Of(model));
        pairs = [.. data.Inputs.Select(tensor => (Named(tensor), tensor))];
        if (pairs.GroupBy(pair => pair.Input.Name).FirstOrDefault(named => named.Count() > 1) is { Key: var twice })
            throw Error($"input '{twice}' has values twice");
        foreach (var (input, tensor) in pairs) CheckType(input, tensor);
    }

    /// <exception cref="OnnxModelException">An input is missing, unknown, or of another shape or type than the model takes; the message
    /// names it, and both shapes.</exception>
    public static MatchedInputs Find(OnnxModel model, EvaluationData data)
    {
        var matching = new InputMatching(model, data);
        var found = matching.Find();
        var mask = LengthMask.Of(found.Readings, matching.declared);
        var missing = matching.declared.Keys.Except(found.Readings.Select(reading => reading.Input.Name).Append(mask?.Input.Name)).ToList();
        if (missing.Count > 0) throw matching.Error($"input '{missing[0]}' has no values; the model takes {matching.Describe()}");
        return found with { Mask = mask };
    }

    /// <summary>The most natural reading of an input leads; the others must have as many rows, or hold for all of them.</summary>
    private MatchedInputs Find()
    {
        var leads = pairs.SelectMany(pair => RowReadings.Of(pair.Input, pair.Tensor)).OrderBy(RowReadings.Rank).ToList();
        if (leads.Count == 0) return Resolve(null, out var unread) ?? throw unread!;
        OnnxModelException? first = null;
        foreach (var lead in leads)
        {
            if (Resolve(lead, out var error) is not { } found) first ??= error;
            else if (data.Labels is null || found.Rows == data.Labels.Count) return found;
            else first = Error($"{found.Rows} rows have {data.Labels.Count} labels");
        }
        throw first!;
    }

    private MatchedInputs? Resolve(InputReading? lead, out OnnxModelException? error)
    {
        error = null;
        var constants = new ConstantReadings(lead);
        var readings = new List<InputReading>();
        foreach (var (input, tensor) in pairs)
        {
            var reading = ReferenceEquals(tensor, lead?.Tensor) ? lead : Rows(input, tensor, lead) ?? constants.Of(input, tensor);
            if (reading is null)
            {
                error = Refusal(input, tensor, lead);
                return null;
            }
            readings.Add(reading);
        }
        var batches = readings.Select(reading => reading.FixedBatch).OfType<long>().Distinct().Order().ToList();
        if (batches.Count > 1) error = Error($"its inputs fix different numbers of rows: {string.Join(", ", batches)}");
        var isOne = readings.Any(constants.MayBeOneRow) || readings.Any(reading => reading.As == ReadAs.WholeRows);
        return error is null
            ? new(readings, lead?.Rows ?? 1, isOne ? 1 : batches.Count == 0 ? null : (int)Math.Min(batches[0], int.MaxValue)) : null;
    }

    /// <summary>
    /// A row for each of the lead's. Where one input is open to any number of rows, a fixed extent of another, unless it is 1, is none of
    /// rows.
    /// </summary>
    private static InputReading? Rows(DeclaredInput input, InputTensor tensor, InputReading? lead)
        => lead is null ? null
            : RowReadings.Of(input, tensor)
                .Where(reading => reading.Rows == lead.Rows
                    && (tensor.BatchAxis is not null || IsFixed(reading) == IsFixed(lead) || !(IsFixed(reading) || IsFixed(lead))))
                .OrderBy(reading => reading.RowAxis is { Symbol: { } symbol } && symbol == lead.RowAxis?.Symbol ? 0 : 1)
                .ThenBy(reading => IsOpen(lead) && IsOpen(reading) ? 0 : 1).ThenBy(RowReadings.Rank).ThenBy(reading => reading.Axis)
                .FirstOrDefault();

    private static bool IsOpen(InputReading reading) => reading is { As: ReadAs.Rows, FixedBatch: null };

    private static bool IsFixed(InputReading reading) => reading.FixedBatch > 1;

    private DeclaredInput Named(InputTensor tensor)
    {
        var name = tensor.Name ?? (declared.Count == 1 ? declared.Keys.First()
            : throw Error($"has several inputs; name the one to feed: {Describe()}"));
        return declared.GetValueOrDefault(name) ?? throw Error($"has no input '{name}'; the model takes {Describe()}");
    }

    private void CheckType(DeclaredInput input, InputTensor tensor)
    {
        if (!TensorConversion.IsFed(input.Type))
            throw Error(input.Type == 0 ? $"input '{input.Name}' is no tensor"
                : $"input '{input.Name}' holds {input.Type}, which is not fed");
        if (TensorConversion.FirstUnfit(tensor.Values, input.Type) is { } unfit)
            throw Error($"input '{input.Name}' holds {input.Type}, which has no {unfit}");
    }

    private OnnxModelException Refusal(DeclaredInput input, InputTensor tensor, InputReading? lead)
    {
        var shapes = $"input '{input.Name}' takes {input.ShapeText}, but the values have shape [{string.Join(',', tensor.Shape)}]";
        if (tensor.BatchAxis >= (input.Axes?.Count ?? int.MaxValue))
            return Error($"{shapes}; there is no axis {tensor.BatchAxis} for rows");
        if (lead is null || ReferenceEquals(lead.Tensor, tensor)) return Error(shapes);
        var axis = tensor.BatchAxis ?? input.Axes?.ToList().FindIndex(axis => axis.IsOpen) ?? -1;
        var where = axis < 0 ? "" : $", which would lie on axis {axis} here";
        return Error($"{shapes}; input '{lead.Input.Name}' has {lead.Rows} rows{where}. " + (tensor.IsConstant
            ? "Values that hold for every row have the shape of one row, where a single number does not tell it"
            : "Values that hold for every row are to be called constant"));
    }

    private string Describe() => string.Join(", ", declared.Values.Select(input => $"'{input.Name}' {input.ShapeText}"));

    private OnnxModelException Error(string message) => new($"{model.Path}: {message}.");
}
