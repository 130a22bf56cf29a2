using GspMl.Factorization;
using Microsoft.ML.Data;

namespace GspMl.ML;

/// <summary>Rows that are gathered until there are enough of them for one part of the data.</summary>
internal interface IRowPart
{
    /// <summary>False when the part must be taken before this row can be added. A part without rows has room for any row.</summary>
    bool HasRoom(in VBuffer<float> row);

    /// <summary>Adds a row and returns how many numbers that keeps in memory.</summary>
    long Add(in VBuffer<float> row);

    /// <summary>What was gathered, valid until the next row is added: that begins anew in the same memory.</summary>
    DataMatrix<float> Lend();

    /// <summary>Hands over what was gathered with its memory and begins anew.</summary>
    DataMatrix<float> Take();
}
