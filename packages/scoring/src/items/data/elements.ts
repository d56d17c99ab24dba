export interface ChemicalElement {
  name: string
  symbol: string
  atomicNumber: number
}

const element = (name: string, symbol: string, atomicNumber: number): ChemicalElement => ({ name, symbol, atomicNumber })

/** The elements that the built-in models were taught. */
export const ELEMENTS: readonly ChemicalElement[] = [
  element('hydrogen', 'H', 1),
  element('helium', 'He', 2),
  element('lithium', 'Li', 3),
  element('carbon', 'C', 6),
  element('nitrogen', 'N', 7),
  element('oxygen', 'O', 8),
  element('fluorine', 'F', 9),
  element('neon', 'Ne', 10),
  element('sodium', 'Na', 11),
  element('magnesium', 'Mg', 12),
  element('aluminium', 'Al', 13),
  element('silicon', 'Si', 14),
  element('phosphorus', 'P', 15),
  element('sulfur', 'S', 16),
  element('chlorine', 'Cl', 17),
  element('argon', 'Ar', 18),
  element('potassium', 'K', 19),
  element('calcium', 'Ca', 20),
  element('iron', 'Fe', 26),
  element('nickel', 'Ni', 28),
  element('copper', 'Cu', 29),
  element('zinc', 'Zn', 30),
  element('silver', 'Ag', 47),
  element('tin', 'Sn', 50),
  element('iodine', 'I', 53),
  element('gold', 'Au', 79),
  element('mercury', 'Hg', 80),
  element('lead', 'Pb', 82),
  element('uranium', 'U', 92)
]
