using System.Numerics;
using GspMl.Cli.Shell;
using GspMl.Factorization;
using Parquet;
using Parquet.Schema;

namespace GspMl.Cli.Parts;

/// <summary>A table in a Parquet file: every column is a feature, and a number.</summary>
internal sealed class ParquetPart(string path) : PartFile(path)
{
    private const double RowsPerSecond = 200_000;
    private const double BytesPerSecond = 1 << 20;
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    public override PartShape ReadShape() => With(reader =>
    {
        var fields = Fields(reader);
        return Task.FromResult(new PartShape(Counts(reader).Sum(), fields.Length, fields.Any(field => field.ClrType == typeof(double))));
    });

    /// <summary>A block for each group of rows that has some of the wanted ones.</summary>
    protected override IReadOnlyList<DataMatrix<T>> ReadRows<T>(long first, long rows) => With(async reader =>
    {
        var (fields, counts, blocks) = (Fields(reader), Counts(reader), new List<DataMatrix<T>>());
        var start = 0L;
        for (var group = 0; group < counts.Length; start += counts[group++])
        {
            var (from, to) = (Math.Max(first, start), Math.Min(first + rows, start + counts[group]));
            if (from >= to) continue;
            using var groupReader = reader.OpenRowGroupReader(group);
            blocks.Add(await ReadGroupAsync<T>(groupReader, fields, (int)counts[group], (int)(from - start), (int)(to - from))
                .ConfigureAwait(false));
        }
        return blocks;
    });

    private async Task<DenseData<T>> ReadGroupAsync<T>(ParquetRowGroupReader group, DataField[] fields, int count, int first, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new T[checked(rows * fields.Length)];
        for (var j = 0; j < fields.Length; j++)
        {
            var field = fields[j];
            var column = await Bounded(() => ReadColumnAsync<T>(group, field, count), count / RowsPerSecond).ConfigureAwait(false);
            for (var i = 0; i < rows; i++) values[i * fields.Length + j] = column[first + i];
        }
        return new(values, rows, fields.Length);
    }

    private Task<T[]> ReadColumnAsync<T>(ParquetRowGroupReader group, DataField field, int count)
        where T : unmanaged, INumber<T> => Type.GetTypeCode(field.ClrType) switch
        {
            TypeCode.Single => ReadAsync<float, T>(group, field, count),
            TypeCode.Double => ReadAsync<double, T>(group, field, count),
            TypeCode.SByte => ReadAsync<sbyte, T>(group, field, count),
            TypeCode.Byte => ReadAsync<byte, T>(group, field, count),
            TypeCode.Int16 => ReadAsync<short, T>(group, field, count),
            TypeCode.UInt16 => ReadAsync<ushort, T>(group, field, count),
            TypeCode.Int32 => ReadAsync<int, T>(group, field, count),
            TypeCode.UInt32 => ReadAsync<uint, T>(group, field, count),
            TypeCode.Int64 => ReadAsync<long, T>(group, field, count),
            _ => ReadAsync<ulong, T>(group, field, count),
        };

    private async Task<T[]> ReadAsync<TColumn, T>(ParquetRowGroupReader group, DataField field, int count)
        where TColumn : unmanaged, INumber<TColumn>
        where T : unmanaged, INumber<T>
    {
        if (!field.IsNullable)
        {
            var plain = new TColumn[count];
            await group.ReadAsync<TColumn>(field, plain.AsMemory()).ConfigureAwait(false);
            return Array.ConvertAll(plain, T.CreateSaturating);
        }
        var nullable = new TColumn?[count];
        await group.ReadAsync<TColumn>(field, nullable.AsMemory()).ConfigureAwait(false);
        var missing = Array.FindIndex(nullable, value => value is null);
        return missing < 0 ? Array.ConvertAll(nullable, value => T.CreateSaturating(value!.Value))
            : throw CommandException.Input($"{FilePath}: column '{field.Name}' has no value in row {missing} of a group of rows.");
    }

    private DataField[] Fields(ParquetReader reader)
    {
        var fields = reader.Schema.GetDataFields();
        if (fields.Length == 0) throw CommandException.Input($"{FilePath}: has no column.");
        foreach (var field in fields)
        {
            if (field.IsArray || Type.GetTypeCode(field.ClrType) is < TypeCode.SByte or > TypeCode.Double)
                throw CommandException.Input(
                    $"{FilePath}: column '{field.Name}' holds {(field.IsArray ? "lists" : "no numbers")}; every column is a feature, with "
                    + "a number in each row.");
        }
        return fields;
    }

    private static long[] Counts(ParquetReader reader)
    {
        var counts = new long[reader.RowGroupCount];
        for (var i = 0; i < counts.Length; i++)
        {
            using var group = reader.OpenRowGroupReader(i);
            counts[i] = group.RowCount;
            if (counts[i] < 0) throw new InvalidDataException($"a group of {counts[i]} rows");
        }
        return counts;
    }

    /// <summary>
    /// The library goes round in circles on some damaged pages (a forged length of Snappy's): what takes far more time of the processor
    /// than any page that is right is given up.
    /// </summary>
    private static async Task<TResult> Bounded<TResult>(Func<Task<TResult>> read, double seconds)
    {
        var (reading, patience) = (Task.Run(read), Environment.CpuUsage.TotalTime + LeastPatience + TimeSpan.FromSeconds(seconds));
        while (await Task.WhenAny(reading, Task.Delay(Glance)).ConfigureAwait(false) != reading)
            if (Environment.CpuUsage.TotalTime > patience) throw new InvalidDataException("reading it comes to no end");
        return await reading.ConfigureAwait(false);
    }

    private TResult With<TResult>(Func<ParquetReader, Task<TResult>> read)
    {
        using var stream = InputFile.Open(FilePath);
        return Task.Run(async () =>
        {
            try
            {
                await using var reader = await Bounded(() => ParquetReader.CreateAsync(stream), stream.Length / BytesPerSecond)
                    .ConfigureAwait(false);
                return await read(reader).ConfigureAwait(false);
            }
            // A file that is none makes the library throw whatever its first wrong byte leads to.
            catch (Exception e) when (e is not (CommandException or OutOfMemoryException))
            {
                throw CommandException.Input($"{FilePath}: no Parquet file that can be read: {e.Message}");
            }
        }).GetAwaiter().GetResult();
    }
}
