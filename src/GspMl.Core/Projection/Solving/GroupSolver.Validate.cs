namespace GspMl.Projection;

/// <summary>Refusing what is not valid, by name.</summary>
internal sealed unsafe partial class GroupSolver<T>
{
    private void CheckOwnWeights(in Section section, int k)
    {
        var largest = OverParts(section, k, slotLargestWeight);
        if (!double.IsFinite(largest)) throw InvalidWeight(section, k);
        if (largest == 0) throw AllWeightsZero(section.Vector + k);
    }

    private double LeastOwnWeight(in Section section, int k)
    {
        var least = double.PositiveInfinity;
        for (var part = 0; part < section.Parts; part++) least = Math.Min(least, slotLeastWeight[division.Chunks[section.FirstChunk + part].Slot + k]);
        return least;
    }

    private ArgumentException InvalidEntry(in Section section, int k)
    {
        var row = WholeRow(section, k, worker: 0);
        for (var j = 0; j < row.Length; j++)
        {
            if (!T.IsFinite(row.Values[j])) return new($"Entry {j} of vector {section.Vector + k} is {row.Values[j]}; entries must be finite.");
        }
        return new($"An entry of vector {section.Vector + k} is not finite.");
    }

    private ArgumentException InvalidWeight(in Section section, int k)
    {
        var row = WholeRow(section, k, worker: 0);
        for (var j = 0; j < row.Length; j++)
        {
            if (!(row.Weights[j] >= T.Zero) || T.IsInfinity(row.Weights[j]))
                return new($"Weight {j} of vector {section.Vector + k} is {row.Weights[j]}; weights must be finite and at least 0.");
        }
        return new($"A weight of vector {section.Vector + k} is not valid.");
    }

    private static ArgumentException AllWeightsZero(int vector) => new($"All weights of vector {vector} are 0; at least one must be positive.");
}
